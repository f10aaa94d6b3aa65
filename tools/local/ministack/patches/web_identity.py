"""Gives a role's trust policy the claims of GitHub's tokens that AWS gives it: MiniStack gives the standard ones only."""

from ministack.services import sts
from ministack.services.cognito import _decode_id_token_unverified

_GITHUB = "token.actions.githubusercontent.com"
_CLAIMS = ("repository_id", "repository_owner_id")


def apply() -> None:
    principal_of = sts._web_identity_principal

    def with_claims(token, provider_id, role_arn):
        principal, keys = principal_of(token, provider_id, role_arn)
        if principal.endswith(f"/{_GITHUB}"):
            claims = _decode_id_token_unverified(token)
            keys = {**keys, **{f"{_GITHUB}:{name}": claims[name] for name in _CLAIMS if name in claims}}
        return principal, keys

    sts._web_identity_principal = with_claims
