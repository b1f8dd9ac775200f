using Binnacle.Quickstart.Notifications;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Binnacle.Quickstart.Views;

/// <summary>What the live screen shows at one moment.</summary>
internal sealed record LiveState
{
    public required IReadOnlyList<KubectlTable> Tables { get; init; }

    public required IReadOnlyList<string> Addresses { get; init; }

    public required IReadOnlyList<Notification> Notifications { get; init; }

    public required string Kubeconfig { get; init; }

    public required bool HasFault { get; init; }

    public required bool IsServiceRunning { get; init; }

    /// <summary>What is wrong, where something is: the API server does not answer, the operator ended.</summary>
    public string? Problem { get; init; }
}

/// <summary>Lays the live state out for a terminal.</summary>
internal static class LiveScreen
{
    private static readonly Dictionary<string, string> Colors = new()
    {
        ["Ready"] = "green",
        ["True"] = "green",
        ["Healthy"] = "green",
        ["Inactive"] = "green",
        ["Pending"] = "yellow",
        ["Progressing"] = "yellow",
        ["Degraded"] = "yellow",
        ["Unknown"] = "yellow",
        ["Firing"] = "red",
        ["False"] = "red",
        ["Unhealthy"] = "red",
    };

    public static IRenderable Render(LiveState state, int width)
    {
        var parts = new List<IRenderable>();
        foreach (var table in state.Tables)
        {
            parts.AddRange(Table(table, width));
            parts.Add(Text.Empty);
        }

        parts.AddRange(state.Addresses.Select(line => new Text(line)));
        parts.Add(new Text($"export KUBECONFIG={state.Kubeconfig}"));
        if (state.Notifications.Count > 0)
        {
            parts.Add(Text.Empty);
            parts.AddRange(state.Notifications.Select(notification => Line(notification, width)));
        }

        if (state.Problem is { } problem)
        {
            parts.Add(new Markup($"[red]{Markup.Escape(problem)}[/]"));
        }

        parts.Add(Text.Empty);
        parts.Add(
            new Markup(
                $"[bold]f[/] fault {(state.HasFault ? "[red]on[/]" : "off")}   "
                    + $"[bold]s[/] sample services {(state.IsServiceRunning ? "running" : "[red]stopped[/]")}   "
                    + "[bold]q[/] quit"
            )
        );
        return new Rows(parts);
    }

    private static IEnumerable<IRenderable> Table(KubectlTable table, int width)
    {
        var rows = TableLayout.Fit(table, width);
        yield return new Text(string.Concat(rows[0]), new Style(Color.Grey));
        foreach (var row in rows.Skip(1))
        {
            yield return new Markup(string.Concat(row.Select(Cell)));
        }
    }

    private static Text Line(Notification notification, int width) =>
        new(
            TableLayout.Cut(notification.ToLine(), width),
            new Style(notification.Status == "firing" ? Color.Red : Color.Green)
        );

    private static string Cell(string text) =>
        Colors.TryGetValue(text.TrimEnd(), out var color) ? $"[{color}]{Markup.Escape(text)}[/]" : Markup.Escape(text);
}
