/** Whether an emulator answers at this URL within two seconds. */
export const isHealthy = (emulator: string): Promise<boolean> =>
  fetch(`${emulator}/_ministack/health`, { signal: AbortSignal.timeout(2000) }).then(
    (response) => response.ok,
    () => false,
  );
