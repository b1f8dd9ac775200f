using Binnacle.Api;
using Kubernetes.Models;

namespace Binnacle.Quickstart.Proof;

/// <summary>The rule that is applied while everything runs, to see how long one takes to be loaded.</summary>
internal static class FreshRule
{
    public static AlertRule In(string @namespace) =>
        new()
        {
            Metadata = new ObjectMeta { Name = "go-service-down", Namespace = @namespace },
            Spec = new AlertRuleSpec
            {
                Expr = "up{job=\"go-services\"} == 0",
                For = "1m",
                Severity = Severity.Warning,
                Summary = "Go service {{ $labels.instance }} is down",
            },
        };
}
