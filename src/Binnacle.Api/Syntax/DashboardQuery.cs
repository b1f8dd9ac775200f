namespace Binnacle.Api.Syntax;

/// <summary>One query of a dashboard.</summary>
/// <param name="Place">
/// Where it is, for people: <c>panel "Requests", query A</c>, <c>variable "service"</c>, <c>annotation "Deployments"</c>.
/// </param>
/// <param name="Text">The query as Grafana gets it, variables and all.</param>
/// <param name="Language">Prometheus, or that of another data source; null where the dashboard does not say.</param>
public sealed record DashboardQuery(string Place, string Text, string? Language)
{
    /// <summary>Whether a Prometheus gets it: data sources that nobody names are the stack's.</summary>
    public bool IsPrometheus => Language is null or "prometheus";
}
