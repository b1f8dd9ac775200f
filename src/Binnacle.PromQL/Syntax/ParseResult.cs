namespace Binnacle.PromQL.Syntax;

/// <summary>The tree, if there is one, and what is wrong with the text; a tree with faults is good for more checks, not for use.</summary>
internal sealed record ParseResult(Expression? Root, IReadOnlyList<SyntaxError> Faults);
