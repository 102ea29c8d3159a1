"""The operator's providers for sign-in with OpenID Connect."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, Json, SecretStr, model_validator

from shared.config import Settings, SiteSettings, load

# The file of the site to which a provider sends the browser back.
REDIRECT_PAGE = "oidc.html"


class OidcProvider(BaseModel):
    """`name`: on the button. `issuer`: as in the provider's discovery document, character by character. A client
    without a secret is public, and protected by PKCE alone."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,32}$")]
    name: Annotated[str, Field(min_length=1, max_length=40)]
    issuer: Annotated[str, Field(pattern=r"^https?://[^\s?#]+$", max_length=255)]
    client_id: Annotated[str, Field(min_length=1)]
    client_secret: SecretStr | None = None
    scopes: Annotated[str, Field(pattern=r"(^| )openid( |$)")] = "openid email profile"


class OidcSettings(Settings):
    # A JSON list, such as [{"id": "google", "name": "Google", "issuer": "https://accounts.google.com",
    # "client_id": "…", "client_secret": "…"}].
    oidc_providers: Json[tuple[OidcProvider, ...]] = ()

    @model_validator(mode="after")
    def _distinct_with_a_site(self) -> "OidcSettings":
        for values in ([provider.id for provider in self.oidc_providers], [one.issuer for one in self.oidc_providers]):
            if len(set(values)) < len(values):
                raise ValueError("two providers have the same id or issuer")
        if self.oidc_providers and not load(SiteSettings).site:
            raise ValueError("OIDC_PROVIDERS needs SITE_URL, to which providers send the browser back")
        return self

    @property
    def by_id(self) -> Mapping[str, OidcProvider]:
        return {provider.id: provider for provider in self.oidc_providers}


def redirect_uri() -> str:
    """The address that the operator registers at each provider."""
    return f"{load(SiteSettings).site}/{REDIRECT_PAGE}"
