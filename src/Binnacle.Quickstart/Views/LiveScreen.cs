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

    public static IRenderable Render(LiveState state)
    {
        var parts = new List<IRenderable>();
        foreach (var table in state.Tables)
        {
            parts.Add(Table(table));
            parts.Add(Text.Empty);
        }

        parts.AddRange(state.Addresses.Select(line => new Text(line)));
        parts.Add(new Text($"export KUBECONFIG={state.Kubeconfig}"));
        if (state.Notifications.Count > 0)
        {
            parts.Add(Text.Empty);
            parts.AddRange(state.Notifications.Select(Line));
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

    private static Table Table(KubectlTable source)
    {
        var table = new Table().NoBorder();
        foreach (var column in source.Columns)
        {
            table.AddColumn(new TableColumn(new Markup($"[grey]{Markup.Escape(column.Name)}[/]")).NoWrap());
        }

        foreach (var row in source.Rows)
        {
            table.AddRow(row.Select(Cell));
        }

        return table;
    }

    private static Text Line(Notification notification) =>
        new(notification.ToLine(), new Style(notification.Status == "firing" ? Color.Red : Color.Green))
        {
            Overflow = Overflow.Ellipsis,
        };

    private static Markup Cell(string text) =>
        new(Colors.TryGetValue(text, out var color) ? $"[{color}]{text}[/]" : Markup.Escape(text));
}
