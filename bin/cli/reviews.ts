// Where payments wait for a person.

import type { OpenReviewsSettings } from '../../client/open-reviews';
import type { Cloud } from './cloud';

export const reviewsOf = async (cloud: Cloud): Promise<OpenReviewsSettings> => ({
  reviewsTable: await cloud.output('OrderProcessing', 'ReviewsTableName'),
  dynamodb: await cloud.clients.dynamodb(),
});
