namespace Binnacle.PromQL.Syntax;

/// <summary>The tree, if there is one, and what is wrong with the text; a tree with faults is good for more checks, not for use.</summary>
/// <param name="Root">The tree.</param>
/// <param name="Faults">What is wrong.</param>
/// <param name="Whole">True where no part of the text had to be skipped: the tree says all that the text says.</param>
internal sealed record ParseResult(Expression? Root, IReadOnlyList<SyntaxError> Faults, bool Whole);
