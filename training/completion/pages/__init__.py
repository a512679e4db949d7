"""Controllers of completion, HTML."""

from litestar import Controller

from training.completion.pages.certificates import CertificatePages
from training.completion.pages.certifying import CertifyingPages
from training.completion.pages.completions import CompletionPages, ProgressPages
from training.completion.pages.holding import ManagedCertificatePages, OwnCertificatePages, PartnerCertificatePages
from training.completion.pages.renewals import RenewalPages
from training.completion.pages.rules import RulePages

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
