using Binnacle.PromQL.Templates.Syntax;

namespace Binnacle.PromQL.Templates.Checking;

internal sealed partial class TemplateChecker
{
    /// <summary>Go compares values of one kind only: a number with a fraction and a whole one are two.</summary>
    private void Compare(string function, List<Given> given)
    {
        var first = given[0].Flow.Type;
        foreach (var (flow, at) in given.Skip(1))
        {
            var second = flow.Type;
            if (first.Shape is GoShape.Unknown || second.Shape is GoShape.Unknown)
            {
                continue;
            }

            var (a, b) = (Kind(first), Kind(second));
            var equality = function is "eq" or "ne";
            if (equality && (first.Shape is GoShape.Nil || second.Shape is GoShape.Nil || (a == b && a is not null)))
            {
                continue;
            }

            if (!equality && a == b && a is GoShape.Integer or GoShape.Float or GoShape.Text)
            {
                continue;
            }

            var whole =
                (a, b) is (GoShape.Float, GoShape.Integer) ? at
                : (a, b) is (GoShape.Integer, GoShape.Float) ? given[0].At
                : null;
            var literal = whole is NumberNode ? $"{_text[whole.Start..whole.End]}.0" : "";
            Warn(
                TemplateFaultKind.Comparison,
                whole ?? at,
                a == b
                    ? $"\"{function}\" cannot compare {Described(first)} with {Described(second)}"
                    : $"\"{function}\" compares {Typed(first)} with {Typed(second)}, which Go refuses",
                literal.Length > 0 && decimal.TryParse(literal, out _) ? $"\"{literal}\"" : "values of one kind",
                literal.Length > 0 && decimal.TryParse(literal, out _) ? literal : ""
            );
        }
    }

    private static string Typed(GoType type) =>
        type.Shape is GoShape.Float or GoShape.Integer ? $"{Described(type)} ({type.Name})" : Described(type);

    private static GoShape? Kind(GoType type) =>
        type.Shape switch
        {
            GoShape.NamedText => GoShape.Text,
            GoShape.Bool or GoShape.Integer or GoShape.Float or GoShape.Complex or GoShape.Text => type.Shape,
            _ => null,
        };
}
