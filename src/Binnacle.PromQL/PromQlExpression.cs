using Binnacle.PromQL.Checking;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL;

/// <summary>A PromQL expression as read and checked.</summary>
public sealed class PromQlExpression
{
    private PromQlExpression(string text, PromQlOptions options, Expression? root, IReadOnlyList<SyntaxError> errors)
    {
        Text = text;
        Options = options;
        Root = root;
        Errors = errors;
    }

    /// <summary>The text as it was given; all spans point into it.</summary>
    public string Text { get; }

    /// <summary>For which Prometheus it was checked.</summary>
    public PromQlOptions Options { get; }

    /// <summary>The tree; null where the text has none. A tree of an expression with errors is good for more checks, not for use.</summary>
    public Expression? Root { get; }

    /// <summary>What Prometheus would refuse it for, in the order of the text; empty for an expression that it loads.</summary>
    public IReadOnlyList<SyntaxError> Errors { get; }

    /// <summary>True for an expression that Prometheus loads.</summary>
    public bool IsValid => Errors.Count == 0;

    /// <summary>What it yields; <see cref="ValueKind.Unknown"/> where errors leave that open.</summary>
    public ValueKind Kind => Root is null ? ValueKind.Unknown : ValueKinds.Of(Root);

    /// <summary>Reads and checks <paramref name="text"/>, for <see cref="PromQlOptions.Default"/> unless told otherwise. Never throws.</summary>
    public static PromQlExpression Parse(string text, PromQlOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        options ??= PromQlOptions.Default;
        var result = SyntaxCheck.Analyze(text, options);
        return new PromQlExpression(text, options, result.Root, result.Faults);
    }
}
