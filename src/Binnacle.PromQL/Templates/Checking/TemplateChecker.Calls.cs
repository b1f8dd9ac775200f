using System.Globalization;
using Binnacle.PromQL.RegularExpressions;
using Binnacle.PromQL.Templates.Syntax;

namespace Binnacle.PromQL.Templates.Checking;

internal sealed partial class TemplateChecker
{
    /// <summary>An argument: its value, and where it stands (for a piped one, the function that it is piped into).</summary>
    private readonly record struct Given(Flow Flow, TemplateNode At);

    private Flow Call(FunctionNode node, CommandNode command, Flow dot, Flow? piped)
    {
        var given = new List<Given>(command.Operands.Count);
        for (var i = 1; i < command.Operands.Count; i++)
        {
            given.Add(new Given(Argument(command.Operands[i], dot), command.Operands[i]));
        }

        if (piped is { } last)
        {
            given.Add(new Given(last, node));
        }

        if (_dialect.Function(node.Name) is not { } function || !Counted(function, node, given.Count))
        {
            return Flow.Unknown;
        }

        for (var i = 0; i < given.Count; i++)
        {
            Fit(function, function.At(i), given[i]);
        }

        SpendAll(function.Name, given);
        return Special(function, node, given);
    }

    private bool Counted(TemplateFunction function, FunctionNode node, int count)
    {
        // A comparison needs a second value, whatever its signature says.
        var minimum = function.Name is "eq" ? 2 : function.Minimum;
        if (count >= minimum && (function.Variadic || count == function.Parameters.Count))
        {
            return true;
        }

        var wanted =
            minimum == 1 ? "one argument"
            : minimum == 0 ? "no argument"
            : $"{minimum} arguments";
        Warn(
            TemplateFaultKind.ArgumentCount,
            node,
            $"\"{function.Name}\" has {(count == 1 ? "one argument" : count == 0 ? "no argument" : $"{count} arguments")}",
            (function.Variadic ? "at least " : "") + wanted
        );
        return false;
    }

    private void Fit(TemplateFunction function, TemplateParameter parameter, Given given)
    {
        var type = given.Flow.Type;
        var (fits, wanted) = parameter switch
        {
            TemplateParameter.Text or TemplateParameter.Pattern => (type.Shape is GoShape.Text, "a text"),
            TemplateParameter.Number => (
                type.Shape is GoShape.Integer or GoShape.Float
                    || (type.Shape is GoShape.Text && IsNumber(given.Flow) is not false),
                "a number"
            ),
            TemplateParameter.Samples => (
                type.Shape is GoShape.Nil || ReferenceEquals(type, GoTypes.Samples),
                "the result of a query"
            ),
            TemplateParameter.Sample => (
                type.Shape is GoShape.Nil || ReferenceEquals(type, GoTypes.Sample),
                "one sample of a query, as range and first give it"
            ),
            TemplateParameter.Texts => (type.Shape is GoShape.List or GoShape.Nil, "a list of texts"),
            TemplateParameter.Time => (false, "a time"),
            _ => (true, ""),
        };
        if (fits || type.Shape is GoShape.Unknown)
        {
            return;
        }

        var isNumber = wanted is "a text" && type.Shape is GoShape.Float or GoShape.Integer;
        Warn(
            TemplateFaultKind.ArgumentKind,
            given.At,
            $"\"{function.Name}\" cannot take {Described(type)}",
            isNumber && given.At is not FunctionNode ? $"{wanted}, such as (printf \"%v\" {Source(given.At)})" : wanted,
            isNumber && given.At is not FunctionNode ? $"(printf \"%v\" {Source(given.At)})" : ""
        );
    }

    private const NumberStyles Digits =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>Null where the text is not known.</summary>
    private static bool? IsNumber(Flow flow) =>
        flow is { Literal: { } literal, IsFormat: false }
            ? double.TryParse(literal.Value, Digits, CultureInfo.InvariantCulture, out _)
                || literal.Value.TrimStart('+', '-').ToLowerInvariant() is "nan" or "inf" or "infinity"
                || literal.Value.ContainsAny(['x', 'X', '_'])
            : null;

    private void SpendAll(string function, List<Given> given)
    {
        var (use, format) = function switch
        {
            "print" or "println" or "html" or "js" or "urlquery" => (TemplateValueUse.Printed, null),
            "eq" or "ne" or "lt" or "le" or "gt" or "ge" => (TemplateValueUse.Compared, null),
            "not" => (TemplateValueUse.Tested, null),
            "toTime" or "toDuration" => (TemplateValueUse.Formatted, function),
            _ when function.StartsWith("humanize", StringComparison.Ordinal) => (TemplateValueUse.Formatted, function),
            _ => (TemplateValueUse.Passed, (string?)null),
        };
        foreach (var (flow, at) in given)
        {
            Spend(flow, use, format);
            if (function is not ("index" or "len" or "and" or "or" or "not"))
            {
                AllLabels(flow, at);
            }
        }
    }

    private Flow Special(TemplateFunction function, FunctionNode node, List<Given> given)
    {
        switch (function.Name)
        {
            case "query":
                return new Flow(GoTypes.Samples, Query: Query(given[0].Flow));
            case "first":
                return new Flow(GoTypes.Sample, Query: given[0].Flow.Query);
            case "sortByLabel":
                SampleLabel(given[0], given[1].Flow.Query);
                return new Flow(GoTypes.Samples, Query: given[1].Flow.Query);
            case "label":
                SampleLabel(given[0], given[1].Flow.Query);
                break;
            case "index":
                return Index(given);
            case "printf":
                return Printf(given);
            case "match" or "reReplaceAll":
                Pattern(given[0].Flow);
                break;
            case "eq" or "ne" or "lt" or "le" or "gt" or "ge":
                Compare(function.Name, given);
                break;
            case "and" or "or":
                return given.Count == 1
                    ? given[0].Flow
                    : given.Select(one => one.Flow with { Use = 0 }).Aggregate((a, b) => a.Or(b));
            case "len" or "slice":
                Measure(function.Name, given[0]);
                Slices(given);
                break;
            case "parseDuration":
                Duration(given[0].Flow);
                break;
            case "call":
                Warn(TemplateFaultKind.ArgumentKind, node, "\"call\" has no function to call: the data holds none", "");
                break;
        }

        return new Flow(function.Returns);
    }

    private void Measure(string function, Given given)
    {
        var type = given.Flow.Type;
        var fits = type.Shape is GoShape.Unknown or GoShape.Text or GoShape.NamedText or GoShape.List;
        if (!fits && (function is "slice" || type.Shape is not GoShape.Map))
        {
            Warn(
                TemplateFaultKind.ArgumentKind,
                given.At,
                $"\"{function}\" cannot take {Described(type)}",
                function is "len" ? "a text, a list or a map" : "a text or a list"
            );
        }
    }

    private void Slices(List<Given> given)
    {
        foreach (var (flow, at) in given.Skip(1))
        {
            if (flow.Type.Shape is not (GoShape.Integer or GoShape.Unknown))
            {
                Warn(
                    TemplateFaultKind.ArgumentKind,
                    at,
                    $"{Described(flow.Type)} is no place in a text",
                    "a whole number"
                );
            }
        }
    }

    private Flow Index(List<Given> given)
    {
        var (flow, at) = given[0];
        foreach (var (key, keyAt) in given.Skip(1))
        {
            var type = flow.Type;
            if (LabelSource(type) is { } source)
            {
                if (key is { Literal: { } name, IsFormat: false })
                {
                    Label(name.Value, name.Start + 1, name.End - 1, source, flow.Query);
                }
                else
                {
                    Label(null, keyAt.Start, keyAt.End, source, flow.Query);
                }
            }

            var (fits, wanted, element) = type.Shape switch
            {
                GoShape.Unknown => (true, "", GoTypes.Unknown),
                GoShape.Map => (key.Type.Shape is GoShape.Text, "a text in quotes", type.Element ?? GoTypes.Unknown),
                GoShape.List => (key.Type.Shape is GoShape.Integer, "a whole number", type.Element ?? GoTypes.Unknown),
                GoShape.Text or GoShape.NamedText => (
                    key.Type.Shape is GoShape.Integer,
                    "a whole number",
                    GoTypes.Unknown
                ),
                _ => (false, null, GoTypes.Unknown),
            };
            if (wanted is null)
            {
                Warn(TemplateFaultKind.ArgumentKind, at, $"\"index\" cannot take {Described(type)}", "a map or a list");
            }
            else if (!fits && key.Type.Shape is not GoShape.Unknown)
            {
                Warn(
                    TemplateFaultKind.ArgumentKind,
                    keyAt,
                    $"{Described(key.Type)} is no key of {Described(type)}",
                    wanted
                );
            }

            flow = new Flow(element, Query: flow.Query);
        }

        return flow;
    }

    private void SampleLabel(Given name, TemplateQuery? query)
    {
        if (name.Flow is { Literal: { } literal, IsFormat: false })
        {
            Label(literal.Value, literal.Start + 1, literal.End - 1, TemplateLabelSource.Sample, query);
        }
        else
        {
            Label(null, name.At.Start, name.At.End, TemplateLabelSource.Sample, query);
        }
    }

    private void Duration(Flow flow)
    {
        if (flow is not { Literal: { } literal, IsFormat: false })
        {
            return;
        }

        var positive = _dialect.NegativeDurations && literal.Value.StartsWith('-') ? literal.Value[1..] : literal.Value;
        if (!PrometheusDuration.TryParse(positive, out _, out var fault))
        {
            Warn(TemplateFaultKind.ArgumentKind, literal, fault, "a duration such as 90s, 5m or 1h30m");
        }
    }

    private void Pattern(Flow flow)
    {
        if (
            flow is { Literal: { } literal, IsFormat: false }
            && !Re2Pattern.TryParse(literal.Value, Re2Use.Search, out _, out var fault)
        )
        {
            _warnings.Add(
                TemplateFaultKind.Pattern,
                Place(literal, fault.Offset),
                Place(literal, fault.End),
                $"the regular expression does not compile: {fault.Message}",
                fault.Suggestion
            );
        }
    }
}
