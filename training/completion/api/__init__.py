"""Controllers of completion, JSON."""

from litestar import Controller

from training.completion.api.certificates import CertificateApi, ManagedCertificateApi
from training.completion.api.completion import CompletionApi, CompletionRuleApi, RenewalApi

CONTROLLERS: list[type[Controller]] = [
    CompletionRuleApi,
    CompletionApi,
    RenewalApi,
    CertificateApi,
    ManagedCertificateApi,
]
