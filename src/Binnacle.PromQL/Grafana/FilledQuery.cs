using System.Text;

namespace Binnacle.PromQL.Grafana;

/// <summary>
/// A query in which PromQL stands for every variable, and the way back to the places in the text as it was written.
/// What a variable may be is told from what stands around it; where that leaves a choice, the caller chooses.
/// </summary>
internal sealed class FilledQuery
{
    private readonly List<(int Filled, int Source, int Length, int SourceLength)> _pieces = [];

    /// <summary>The PromQL.</summary>
    public string Text { get; private init; } = "";

    /// <summary>Indexes of the variables that may hold any piece of PromQL.</summary>
    public IReadOnlyList<int> Free { get; private init; } = [];

    /// <summary>Fills a query.</summary>
    /// <param name="query">The text.</param>
    /// <param name="variables">All its variables.</param>
    /// <param name="other">
    /// Indexes of variables that get the other thing that fits: a number where a name would stand too, a function over a
    /// range where an aggregation would.
    /// </param>
    public static FilledQuery Fill(string query, IReadOnlyList<GrafanaVariable> variables, IReadOnlySet<int> other)
    {
        var places = QueryPlace.Of(query, variables);
        var text = new StringBuilder(query.Length);
        var pieces = new List<(int, int, int, int)>();
        var free = new List<int>();
        var next = 0;
        for (var i = 0; i < variables.Count; i++)
        {
            var variable = variables[i];
            text.Append(query, next, variable.Start - next);
            next = variable.End;
            var place = places[i];
            var filling = place.Kind switch
            {
                PlaceKind.String => StringFilling(query, variable),
                PlaceKind.Duration when place.UnitFollows || variable.IsNumber => "5",
                PlaceKind.Duration when place.DigitPrecedes => "m",
                PlaceKind.Duration => "5m",
                PlaceKind.NamePart => "x",
                PlaceKind.Matcher => "x=\"x\"",
                PlaceKind.Label => "x",
                _ when variable.IsDuration => "5m",
                _ when variable.IsNumber => "5",
                _ => FreeFilling(i, place),
            };
            pieces.Add((text.Length, variable.Start, filling.Length, variable.End - variable.Start));
            text.Append(filling);
        }

        text.Append(query, next, query.Length - next);
        var filled = new FilledQuery { Text = text.ToString(), Free = free };
        filled._pieces.AddRange(pieces);
        return filled;

        string FreeFilling(int index, QueryPlace place)
        {
            free.Add(index);
            return (place.Kind, other.Contains(index)) switch
            {
                (PlaceKind.Function, false) => "sum",
                (PlaceKind.Function, true) => "rate",
                (_, false) => "x",
                (_, true) => "1",
            };
        }
    }

    /// <summary>The place in the query as it was written; inside a filling it is the variable's start.</summary>
    public int ToSource(int offset)
    {
        var shift = 0;
        foreach (var (filled, source, length, sourceLength) in _pieces)
        {
            if (offset < filled)
            {
                break;
            }

            if (offset < filled + length)
            {
                return source;
            }

            shift = source + sourceLength - (filled + length);
        }

        return offset + shift;
    }

    /// <summary>Whether a half-open range of the filled text has any character that is not the user's.</summary>
    public bool TouchesFilling(int start, int end) =>
        _pieces.Any(piece => start < piece.Filled + piece.Length && end > piece.Filled);

    /// <summary>A word is a literal, an alternative and a regular expression alike; its first digit keeps <c>$1</c> what it is.</summary>
    private static string StringFilling(string query, GrafanaVariable variable) =>
        char.IsAsciiDigit(variable.Name[0]) ? query[variable.Start..variable.End] : "x";
}
