namespace Binnacle.PromQL.Syntax;

/// <summary>Ends a parse at the first fault that leaves the rest of the text without a meaning. Never leaves the assembly.</summary>
internal sealed class SyntaxException(SyntaxError error) : Exception(error.Message)
{
    public SyntaxError Error { get; } = error;
}
