using Binnacle.PromQL.Templates.Syntax;

namespace Binnacle.PromQL.Templates.Checking;

internal sealed partial class TemplateChecker
{
    private TemplateQuery? Query(Flow flow)
    {
        if (flow.Literal is not { } literal)
        {
            return null;
        }

        var query = new TemplateQuery(literal.Value, flow.IsFormat, literal.Start + 1, literal.End - 1);
        if (!_queryAt.TryAdd(query.Offset, query))
        {
            return _queryAt[query.Offset];
        }

        _queries.Add(query);
        if ((flow.IsFormat ? PrintfFormat.Fill(literal.Value) : literal.Value) is { } promql)
        {
            foreach (var error in SyntaxCheck.Analyze(promql, _dialect.Queries).Faults)
            {
                var at = Place(literal, error.Offset);
                var end = Place(literal, error.End);
                _warnings.Add(
                    TemplateFaultKind.Query,
                    at,
                    Math.Max(end, Math.Min(at + 1, literal.End)),
                    $"the query does not parse: {error.Message}",
                    error.Suggestion.Length > 0 ? $"\"{error.Suggestion}\"" : error.Expected
                );
            }
        }

        return query;
    }

    /// <summary>Where a character of a text stands in the template.</summary>
    private int Place(StringNode literal, int offset) =>
        literal.Start + 1 + GoText.SourceOffset(_text.AsSpan((literal.Start + 1)..(literal.End - 1)), literal, offset);

    private Flow Printf(List<Given> given)
    {
        var result = new Flow(GoTypes.Text);
        if (given[0].Flow is not { Literal: { } literal, IsFormat: false })
        {
            SpendFrom(given, 1, "printf");
            return result;
        }

        var format = PrintfFormat.Parse(literal.Value);
        if (format.IsIndexed)
        {
            // Its verbs may take the arguments in any order, and twice.
            SpendFrom(given, 1, "printf");
            return result with { Literal = literal, IsFormat = true };
        }

        var next = 1;
        foreach (var verb in format.Verbs)
        {
            for (var star = 0; star < verb.Stars; star++)
            {
                next++;
            }

            if (verb.Letter is '\0')
            {
                FormatFault(literal, verb, "has \"%\" at its end", "\"%%\" for a percent sign");
            }
            else if (next >= given.Count)
            {
                FormatFault(
                    literal,
                    verb,
                    $"has \"{verb.Text}\" but no argument for it",
                    "an argument, or \"%%\" for a percent sign"
                );
            }
            else
            {
                Verb(literal, verb, given[next]);
            }

            next++;
        }

        if (next < given.Count)
        {
            Warn(
                TemplateFaultKind.Format,
                given[next].At,
                $"printf has no verb for {Many(given.Count - next)}",
                "a verb such as %s or %.2f for each argument"
            );
            SpendFrom(given, next, null);
        }

        return result with
        {
            Literal = literal,
            IsFormat = format.Verbs.Count > 0,
        };
    }

    private static string Many(int count) => count == 1 ? "its last argument" : $"its last {count} arguments";

    private void SpendFrom(List<Given> given, int from, string? format)
    {
        foreach (var (flow, _) in given.Skip(from))
        {
            Spend(flow, format is null ? TemplateValueUse.Printed : TemplateValueUse.Formatted, format);
        }
    }

    private void Verb(StringNode literal, PrintfVerb verb, Given given)
    {
        Spend(given.Flow, TemplateValueUse.Formatted, $"printf {verb.Text}");
        var (fits, instead) = PrintfFormat.Fits(verb.Letter, given.Flow.Type);
        if (!PrintfFormat.IsVerb(verb.Letter))
        {
            FormatFault(
                literal,
                verb,
                $"has \"{verb.Text}\", which is no verb of Go",
                instead is "" ? "\"%v\"" : $"\"{instead}\""
            );
        }
        else if (!fits)
        {
            FormatFault(
                literal,
                verb,
                $"has \"{verb.Text}\" for {Described(given.Flow.Type)}, which writes \"%!{verb.Letter}(…)\"",
                $"\"{instead}\"",
                instead
            );
        }
    }

    private void FormatFault(StringNode literal, PrintfVerb verb, string message, string expected, string fix = "")
    {
        var start = Place(literal, verb.Start);
        _warnings.Add(
            TemplateFaultKind.Format,
            start,
            Place(literal, verb.Start + verb.Text.Length),
            $"the format {message}",
            expected,
            fix
        );
    }
}
