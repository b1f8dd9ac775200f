using System.Text;

namespace Kubernetes.Runtime.Telemetry;

/// <summary>The named questions behind one health endpoint, asked each time anew. Thread-safe.</summary>
public sealed class HealthChecks
{
    private readonly Lock _gate = new();
    private (string Name, Func<string?> Problem)[] _checks = [];

    /// <summary>Adds a question.</summary>
    /// <param name="name">In lower case with dashes; of two with one name the later one counts.</param>
    /// <param name="problem">
    /// What is wrong, in words that anybody may read; null when nothing is. Must answer at once. An exception counts as
    /// a problem.
    /// </param>
    public void Add(string name, Func<string?> problem)
    {
        lock (_gate)
        {
            _checks = [.. _checks.Where(check => check.Name != name), (name, problem)];
        }
    }

    /// <summary>Asks all but the excluded ones.</summary>
    public HealthReport Run(IReadOnlyCollection<string>? excluded = null) =>
        new([
            .. _checks
                .Where(check => excluded?.Contains(check.Name) != true)
                .Select(check => new HealthResult(check.Name, Ask(check.Problem))),
        ]);

    private static string? Ask(Func<string?> problem)
    {
        try
        {
            return problem();
        }
        catch (Exception e)
        {
            return $"the check itself failed: {e.GetType().Name}";
        }
    }
}

/// <summary>An answer.</summary>
/// <param name="Name">Of the check.</param>
/// <param name="Problem">Null: none.</param>
public sealed record HealthResult(string Name, string? Problem);

/// <summary>All answers.</summary>
public sealed record HealthReport(IReadOnlyList<HealthResult> Results)
{
    /// <summary>No check has found a problem.</summary>
    public bool IsHealthy => Results.All(result => result.Problem is null);

    /// <summary>As the API server writes it, with the problem in the place of "reason withheld".</summary>
    /// <param name="endpoint">For example <c>readyz</c>.</param>
    /// <param name="verbose">List the checks also when all is well.</param>
    public string ToText(string endpoint, bool verbose)
    {
        if (IsHealthy && !verbose)
        {
            return "ok";
        }

        var text = new StringBuilder();
        foreach (var (name, problem) in Results)
        {
            text.Append(problem is null ? $"[+]{name} ok\n" : $"[-]{name} failed: {problem}\n");
        }

        return text.Append(endpoint).Append(IsHealthy ? " check passed\n" : " check failed\n").ToString();
    }
}
