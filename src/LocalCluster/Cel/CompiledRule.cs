namespace LocalCluster.Cel;

/// <summary>A validation rule, ready to run.</summary>
/// <param name="Rule">The condition.</param>
/// <param name="Message">What computes the message; null for none.</param>
/// <param name="UsesOldSelf">True when the condition speaks of the old value.</param>
/// <param name="FieldPath">Where errors are shown, relative to the rule's place; empty for that place.</param>
internal sealed record CompiledRule(CelExpression Rule, CelExpression? Message, bool UsesOldSelf, string FieldPath)
{
    /// <summary>Compiles an expression that must have a type.</summary>
    /// <param name="source">The expression.</param>
    /// <param name="wanted">The type.</param>
    /// <param name="variables">The variables it may use.</param>
    /// <param name="kind">What to call it in an error: empty for a rule, or <c>messageExpression</c>.</param>
    /// <param name="error">What is wrong with it.</param>
    public static CelExpression? Compile(
        string source,
        CelType wanted,
        IReadOnlyDictionary<string, CelType> variables,
        string kind,
        out string error
    )
    {
        var prefix = kind.Length == 0 ? "" : kind + " ";
        CelExpression expression;
        try
        {
            expression = CelParser.Parse(source);
        }
        catch (CelSyntaxException e)
        {
            error = $"{prefix}compilation failed: {e.Describe(source)}";
            return null;
        }
        var type = CelChecker.Check(expression, variables, out var errors);
        if (errors.Count > 0)
        {
            var lines = errors
                .OrderBy(e => e.Position)
                .Select(e => e.Describe(source))
                .Distinct(StringComparer.Ordinal);
            error = $"{prefix}compilation failed: {string.Join('\n', lines)}";
            return null;
        }
        if (type.Kind != wanted.Kind)
        {
            error = kind.Length == 0 ? "cel expression must evaluate to a bool" : $"{kind} must evaluate to a {wanted}";
            return null;
        }
        error = "";
        return expression;
    }

    /// <summary>True when an expression uses a variable.</summary>
    public static bool Uses(CelExpression? expression, string variable) =>
        expression switch
        {
            CelIdentifier identifier => identifier.Name == variable,
            CelSelect select => Uses(select.Operand, variable),
            CelCall call => call.Arguments.Any(a => Uses(a, variable)),
            CelListLiteral list => list.Items.Any(a => Uses(a, variable)),
            CelMapLiteral map => map.Entries.Any(e => Uses(e.Key, variable) || Uses(e.Value, variable)),
            CelComprehension macro => Uses(macro.Range, variable)
                || Uses(macro.Condition, variable)
                || Uses(macro.Transform, variable),
            _ => false,
        };
}
