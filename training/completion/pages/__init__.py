"""Controllers of completion, HTML."""

from litestar import Controller

from training.completion.pages.certificates import CertificatePages
from training.completion.pages.certifying import CertifyingPages
from training.completion.pages.completions import CompletionPages, ProgressPages
from training.completion.pages.conditions import RulePages
from training.completion.pages.holding import ManagedCertificatePages, OwnCertificatePages, PartnerCertificatePages
from training.completion.pages.renewals import RenewalPages

CONTROLLERS: list[type[Controller]] = [
    RulePages,
    CompletionPages,
    ProgressPages,
    RenewalPages,
    CertificatePages,
    OwnCertificatePages,
    PartnerCertificatePages,
    ManagedCertificatePages,
    CertifyingPages,
]
