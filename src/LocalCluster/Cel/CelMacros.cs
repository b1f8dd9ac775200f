namespace LocalCluster.Cel;

/// <summary>Turns calls that are macros into what they stand for.</summary>
internal static class CelMacros
{
    /// <summary>The expression for a call.</summary>
    /// <param name="position">The offset of the opening parenthesis.</param>
    /// <param name="target">What a member call is called on; null for a function.</param>
    /// <param name="name">The function's or macro's name.</param>
    /// <param name="arguments">The arguments.</param>
    /// <exception cref="CelSyntaxException">A macro's argument is not what it must be.</exception>
    public static CelExpression Expand(
        int position,
        CelExpression? target,
        string name,
        IReadOnlyList<CelExpression> arguments
    )
    {
        if (target is null)
        {
            return name == "has" && arguments.Count == 1
                ? Has(position, arguments[0])
                : new CelCall(position, name, IsMember: false, arguments);
        }
        var macro = (name, arguments.Count) switch
        {
            ("all", 2) => CelMacro.All,
            ("exists", 2) => CelMacro.Exists,
            ("exists_one" or "existsOne", 2) => CelMacro.ExistsOne,
            ("filter", 2) => CelMacro.Filter,
            ("map", 2 or 3) => CelMacro.Map,
            ("optMap", 2) => CelMacro.OptionalMap,
            ("optFlatMap", 2) => CelMacro.OptionalFlatMap,
            _ => (CelMacro?)null,
        };
        if (macro is null)
        {
            return target is CelIdentifier prefix && CelLibrary.Standard.Find($"{prefix.Name}.{name}") is not null
                ? new CelCall(position, $"{prefix.Name}.{name}", IsMember: false, arguments)
                : new CelCall(position, name, IsMember: true, [target, .. arguments]);
        }
        if (arguments[0] is not CelIdentifier variable)
        {
            throw new CelSyntaxException("argument must be a simple name", arguments[0].Position);
        }
        if (variable.Name == "__result__")
        {
            throw new CelSyntaxException("iteration variable overwrites accumulator variable", variable.Position);
        }
        return macro switch
        {
            CelMacro.Map => new CelComprehension(
                position,
                CelMacro.Map,
                target,
                variable.Name,
                arguments.Count == 3 ? arguments[1] : null,
                arguments[^1]
            ),
            CelMacro.OptionalMap or CelMacro.OptionalFlatMap => new CelComprehension(
                position,
                macro.Value,
                target,
                variable.Name,
                Condition: null,
                arguments[1]
            ),
            _ => new CelComprehension(position, macro.Value, target, variable.Name, arguments[1], Transform: null),
        };
    }

    private static CelSelect Has(int position, CelExpression argument) =>
        argument is CelSelect { IsTest: false, IsOptional: false } select
            ? select with
            {
                Position = position,
                IsTest = true,
            }
            : throw new CelSyntaxException("invalid argument to has() macro", argument.Position);
}
