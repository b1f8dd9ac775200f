using System.Text.Json;

namespace Binnacle.Api.Syntax;

/// <summary>
/// Finds the panels and queries of a dashboard, as Grafana's JSON model has them
/// (https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/): in panels, in rows
/// (collapsed ones in newer dashboards, all in those before Grafana 5), in variables and in annotations.
/// </summary>
internal sealed class DashboardQueries
{
    private readonly List<DashboardQuery> _found = [];

    /// <summary>Variables that stand for a data source → its kind.</summary>
    private readonly Dictionary<string, string> _sources = new(StringComparer.Ordinal);

    private DashboardQueries() { }

    /// <summary>Queries, in the order of the dashboard.</summary>
    public IReadOnlyList<DashboardQuery> Found => _found;

    /// <summary>Number of panels, rows left out.</summary>
    public int Panels { get; private set; }

    /// <summary>Number of queries of all panels, those in other languages too.</summary>
    public int Queries { get; private set; }

    /// <summary>Reads a dashboard.</summary>
    public static DashboardQueries Of(JsonElement dashboard)
    {
        var queries = new DashboardQueries();
        var variables = List(Member(dashboard, "templating"), "list").ToList();
        foreach (var variable in variables.Where(variable => Text(variable, "type") == "datasource"))
        {
            if (Text(variable, "name") is { } name && Text(variable, "query") is { } kind)
            {
                queries._sources[name] = kind;
            }
        }

        queries.ReadPanels(dashboard);
        foreach (var variable in variables.Where(variable => Text(variable, "type") == "query"))
        {
            queries.ReadVariable(variable);
        }

        foreach (var annotation in List(Member(dashboard, "annotations"), "list"))
        {
            var target = Member(annotation, "target") ?? annotation;
            queries.Add($"annotation \"{Text(annotation, "name")}\"", Text(target, "expr"), annotation);
        }

        return queries;
    }

    private void ReadPanels(JsonElement holder)
    {
        foreach (var row in List(holder, "rows"))
        {
            ReadPanels(row);
        }

        foreach (var panel in List(holder, "panels"))
        {
            if (Text(panel, "type") != "row")
            {
                Panels++;
                var title = Text(panel, "title") is { Length: > 0 } text ? text : $"number {Panels}";
                foreach (var target in List(panel, "targets"))
                {
                    Queries++;
                    var which = Text(target, "refId") is { Length: > 0 } id ? $", query {id}" : "";
                    Add($"panel \"{title}\"{which}", Text(target, "expr"), target, panel);
                }
            }

            ReadPanels(panel);
        }
    }

    /// <summary>
    /// <c>label_values(metric, label)</c> and <c>query_result(query)</c> of Grafana hold PromQL; its other functions hold
    /// names and patterns.
    /// </summary>
    private void ReadVariable(JsonElement variable)
    {
        var text = Text(variable, "query") ?? (Member(variable, "query") is { } query ? Text(query, "query") : null);
        var inner = text?.Trim() switch
        {
            { } result when Argument(result, "query_result") is { } whole => whole,
            { } values
                when Argument(values, "label_values") is { } both && both.LastIndexOf(',') is > 0 and var comma => both[
                ..comma
            ],
            _ => null,
        };
        Add($"variable \"{Text(variable, "name")}\"", inner, variable);
    }

    private static string? Argument(string text, string function) =>
        text.StartsWith(function + "(", StringComparison.Ordinal) && text.EndsWith(')')
            ? text[(function.Length + 1)..^1]
            : null;

    /// <summary>Adds a query, if there is any.</summary>
    /// <param name="place">For people.</param>
    /// <param name="text">The query.</param>
    /// <param name="holders">Who may name the data source, the nearest first.</param>
    private void Add(string place, string? text, params ReadOnlySpan<JsonElement> holders)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return;
        }

        string? language = null;
        foreach (var holder in holders)
        {
            language ??= Language(holder);
        }

        _found.Add(new DashboardQuery(place, text, language));
    }

    /// <summary>The kind of the data source that an element names; old dashboards give a name alone, which tells nothing.</summary>
    private string? Language(JsonElement holder)
    {
        var source = Member(holder, "datasource");
        var named = source is { ValueKind: JsonValueKind.Object }
            ? Text(source.Value, "uid")
            : Text(holder, "datasource");
        var kind = source is { ValueKind: JsonValueKind.Object } ? Text(source.Value, "type") : null;
        return kind ?? (named is null ? null : _sources.GetValueOrDefault(named.Trim('$', '{', '}')));
    }

    private static IEnumerable<JsonElement> List(JsonElement? holder, string name) =>
        holder is { } element && Member(element, name) is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object)
            : [];

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
