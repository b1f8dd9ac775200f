using Binnacle.PromQL.Flow;

namespace Binnacle.PromQL.Linting.Rules;

/// <summary>A function that Prometheus 3 renamed and put behind an option.</summary>
internal sealed class DeprecatedFunction()
    : LintRule("deprecated-holt-winters", LintSeverity.Warning, "holt_winters(), which Prometheus 3 does not know")
{
    internal override void Check(LintSubject subject)
    {
        foreach (var (call, _) in subject.Calls)
        {
            if (call.Function is "holt_winters")
            {
                subject.Report(
                    this,
                    call.NameSpan(),
                    "Prometheus 3 calls holt_winters() double_exponential_smoothing() and keeps it behind an option",
                    "use avg_over_time() or predict_linear(), or turn on promql-experimental-functions and rename it"
                );
            }
        }
    }
}
