"""Hypothesis profiles: `ci` (default, the same examples every run), `thorough`, by choice, and
`mutation`, which mutmut uses.

    pytest --hypothesis-profile=thorough
"""

from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "ci", derandomize=True, deadline=None, max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "thorough", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(  # a mutant is killed by any failing example, the smallest isn't needed
    "mutation", parent=settings.get_profile("ci"), phases=[Phase.explicit, Phase.generate],
    report_multiple_bugs=False,
)
settings.load_profile("ci")
