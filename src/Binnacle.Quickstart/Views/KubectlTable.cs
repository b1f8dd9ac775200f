using System.Text.Json;

namespace Binnacle.Quickstart.Views;

/// <summary>A list as <c>kubectl get</c> shows it: the server chooses the columns and writes the cells.</summary>
/// <param name="Kind">The resource, as <c>alertrules</c>.</param>
/// <param name="Columns">The columns that are shown without <c>-o wide</c>.</param>
/// <param name="Rows">One row of cells per object.</param>
internal sealed record KubectlTable(
    string Kind,
    IReadOnlyList<KubectlColumn> Columns,
    IReadOnlyList<IReadOnlyList<string>> Rows
)
{
    // What kubectl prints where the server says nothing.
    private const string Nothing = "<none>";

    /// <summary>Reads a <c>meta.k8s.io/v1 Table</c>.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static KubectlTable Parse(string kind, JsonElement json)
    {
        if (
            json.ValueKind != JsonValueKind.Object
            || !json.TryGetProperty("columnDefinitions", out var definitions)
            || definitions.ValueKind != JsonValueKind.Array
        )
        {
            throw new JsonException($"the server's answer for {kind} is not a Table");
        }

        var shown = new List<int>();
        var columns = new List<KubectlColumn>();
        foreach (var (index, definition) in definitions.EnumerateArray().Index())
        {
            if (!definition.TryGetProperty("priority", out var priority) || priority.GetInt32() == 0)
            {
                shown.Add(index);
                columns.Add(
                    new KubectlColumn(
                        (definition.GetProperty("name").GetString() ?? "").ToUpperInvariant(),
                        definition.TryGetProperty("type", out var type) && type.ValueEquals("date")
                    )
                );
            }
        }

        var rows = new List<IReadOnlyList<string>>();
        if (json.TryGetProperty("rows", out var items) && items.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in items.EnumerateArray())
            {
                var cells = item.GetProperty("cells");
                rows.Add([.. shown.Select(index => index < cells.GetArrayLength() ? Cell(cells[index]) : Nothing)]);
            }
        }

        return new KubectlTable(kind, columns, rows);
    }

    /// <summary>Lines of text with aligned columns, the header first.</summary>
    public IReadOnlyList<string> ToLines() =>
        [.. TableLayout.Fit(this, int.MaxValue).Select(row => string.Concat(row).TrimEnd())];

    private static string Cell(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Null or JsonValueKind.Undefined => Nothing,
            JsonValueKind.String => value.GetString() is { Length: > 0 } text ? text : Nothing,
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => value.GetRawText(),
        };
}

/// <summary>One column.</summary>
/// <param name="Name">Its header.</param>
/// <param name="IsAge">Its cells say how long ago something was, so they change by themselves.</param>
internal sealed record KubectlColumn(string Name, bool IsAge);
