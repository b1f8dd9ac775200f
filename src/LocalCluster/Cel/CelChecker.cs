namespace LocalCluster.Cel;

/// <summary>Finds the type of an expression; unknown names, fields and functions are errors.</summary>
internal sealed class CelChecker
{
    private readonly Dictionary<string, CelType> variables;
    private readonly List<CelSyntaxException> errors = [];

    private CelChecker(IReadOnlyDictionary<string, CelType> variables) =>
        this.variables = new(variables, StringComparer.Ordinal);

    /// <summary>The type of an expression over variables; notes the overloads in its calls.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="variables">The variables' types.</param>
    /// <param name="errors">What does not fit.</param>
    public static CelType Check(
        CelExpression expression,
        IReadOnlyDictionary<string, CelType> variables,
        out IReadOnlyList<CelSyntaxException> errors
    )
    {
        var checker = new CelChecker(variables);
        var type = checker.Type(expression);
        errors = checker.errors;
        return type;
    }

    private CelType Type(CelExpression expression) =>
        expression switch
        {
            CelLiteral literal => TypeOf(literal.Value),
            CelIdentifier identifier => Variable(identifier),
            CelSelect select => Select(select),
            CelCall call => Call(call),
            CelListLiteral list => CelType.List(Common(list.Items)),
            CelMapLiteral map => CelType.Map(
                Common(map.Entries.Select(e => e.Key)),
                Common(map.Entries.Select(e => e.Value))
            ),
            CelComprehension comprehension => Comprehension(comprehension),
            _ => throw new InvalidOperationException($"No such expression: {expression.GetType().Name}"),
        };

    private CelType Error(int position, string message)
    {
        errors.Add(new CelSyntaxException(message, position));
        return CelType.Dyn;
    }

    private static CelType TypeOf(CelValue value) =>
        value switch
        {
            CelNull => CelType.Null,
            CelBool => CelType.Bool,
            CelInt => CelType.Int,
            CelUint => CelType.Uint,
            CelDouble => CelType.Double,
            CelBytes => CelType.Bytes,
            _ => CelType.String,
        };

    private CelType Variable(CelIdentifier identifier)
    {
        if (variables.TryGetValue(identifier.Name, out var type))
        {
            return type;
        }
        return
            identifier.Name
                is "int"
                    or "uint"
                    or "double"
                    or "string"
                    or "bool"
                    or "bytes"
                    or "list"
                    or "map"
                    or "type"
                    or "null_type"
            ? CelType.Type
            : Error(identifier.Position, $"undeclared reference to '{identifier.Name}' (in container '')");
    }

    private CelType Select(CelSelect select)
    {
        var operand = Type(select.Operand);
        var wrapped = select.IsOptional || operand.Kind == CelKind.Optional;
        var target = operand.Kind == CelKind.Optional ? operand.Parameters[0] : operand;
        var field = target.Kind switch
        {
            CelKind.Dyn => CelType.Dyn,
            CelKind.Map => target.Parameters[1],
            CelKind.Object => FieldOf(target, select.Field)
                ?? Error(select.Position, $"undefined field '{select.Field}'"),
            _ => Error(select.Position, $"type '{target}' does not support field selection"),
        };
        return select.IsTest ? CelType.Bool
            : wrapped ? CelType.Optional(field)
            : field;
    }

    private static CelType? FieldOf(CelType target, string name) =>
        target.Fields.GetValueOrDefault(name)
        ?? (CelSchema.EscapeKeyword(name) is { } escaped ? target.Fields.GetValueOrDefault(escaped) : null);

    private CelType Call(CelCall call)
    {
        var arguments = call.Arguments.Select(Type).ToList();
        var overloads = CelLibrary.Standard.Find(call.Function);
        if (overloads is null)
        {
            return Error(call.Position, $"undeclared reference to '{call.Function}' (in container '')");
        }
        // Indexing an optional gives an optional.
        var wrapped = call.Function == "_[_]" && arguments[0].Kind == CelKind.Optional;
        if (call.Function is "_[_]" or "_[?_]" && arguments[0].Kind == CelKind.Optional)
        {
            arguments[0] = arguments[0].Parameters[0];
        }
        if (call.Function is "_&&_" or "_||_")
        {
            return Logical(call, arguments);
        }
        var candidates = new List<CelOverload>();
        CelType? result = null;
        foreach (var overload in overloads)
        {
            var bound = new Dictionary<string, CelType>(StringComparer.Ordinal);
            if (
                overload.IsMember != call.IsMember
                || overload.Parameters.Count != arguments.Count
                || !overload.Parameters.Zip(arguments).All(p => p.First.Accepts(p.Second, bound))
            )
            {
                continue;
            }
            candidates.Add(overload);
            var its = overload.Result.Substitute(bound);
            result = result is null || result.ToString() == its.ToString() ? its : CelType.Dyn;
        }
        if (result is null)
        {
            var shown = call.IsMember
                ? $"{arguments[0]}.({string.Join(", ", arguments.Skip(1))})"
                : $"({string.Join(", ", arguments)})";
            return Error(call.Position, $"found no matching overload for '{call.Function}' applied to '{shown}'");
        }
        call.Candidates = candidates;
        CheckLiterals(call);
        return wrapped ? CelType.Optional(result) : result;
    }

    /// <summary>Literal durations, timestamps and regular expressions are checked ahead.</summary>
    private void CheckLiterals(CelCall call)
    {
        if (call.Arguments.Count == 0 || call.Arguments[^1] is not CelLiteral { Value: CelString text } literal)
        {
            return;
        }
        switch (call.Function)
        {
            case "duration" when CelTime.ParseDuration(text.Value) is null:
                Error(literal.Position, "invalid duration argument");
                break;
            case "timestamp" when CelTime.ParseTimestamp(text.Value) is null:
                Error(literal.Position, "invalid timestamp argument");
                break;
            case "matches":
                try
                {
                    call.Pattern = Schema.Re2Pattern.Compile(text.Value);
                }
                catch (FormatException)
                {
                    Error(literal.Position, "invalid matches argument");
                }
                break;
        }
    }

    private CelType Common(IEnumerable<CelExpression> items)
    {
        CelType? common = null;
        foreach (var item in items)
        {
            var type = Type(item);
            if (common is null || common.Kind == CelKind.Dyn)
            {
                common = type;
            }
            else if (!common.Accepts(type, []))
            {
                Error(item.Position, $"expected type '{common}' but found '{type}'");
            }
        }
        return common ?? CelType.Dyn;
    }

    private CelType Comprehension(CelComprehension macro)
    {
        var range = Type(macro.Range);
        CelType item;
        if (macro.Macro is CelMacro.OptionalMap or CelMacro.OptionalFlatMap)
        {
            item =
                range.Kind == CelKind.Optional ? range.Parameters[0]
                : range.Kind == CelKind.Dyn ? CelType.Dyn
                : Error(macro.Position, $"expression of type '{range}' is not an optional");
        }
        else
        {
            item = range.Kind switch
            {
                CelKind.Dyn => CelType.Dyn,
                CelKind.List or CelKind.Map => range.Parameters[0],
                _ => Error(
                    macro.Range.Position,
                    $"expression of type '{range}' cannot be range of a comprehension (must be list, map, or dynamic)"
                ),
            };
        }
        var hidden = variables.GetValueOrDefault(macro.Variable);
        variables[macro.Variable] = item;
        var transformed = macro.Transform is null ? item : Type(macro.Transform);
        CheckCondition(macro, transformed);
        if (hidden is null)
        {
            variables.Remove(macro.Variable);
        }
        else
        {
            variables[macro.Variable] = hidden;
        }
        return macro.Macro switch
        {
            CelMacro.Filter => CelType.List(item),
            CelMacro.Map => CelType.List(transformed),
            CelMacro.OptionalMap => CelType.Optional(transformed),
            CelMacro.OptionalFlatMap => transformed,
            _ => CelType.Bool,
        };
    }

    private CelType Logical(CelCall call, List<CelType> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            CheckBool(call.Arguments[i], arguments[i]);
        }
        return CelType.Bool;
    }

    private void CheckBool(CelExpression operand, CelType type)
    {
        if (type.Kind is not (CelKind.Bool or CelKind.Dyn))
        {
            Error(operand.Position, $"expected type 'bool' but found '{type}'");
        }
    }

    private void CheckCondition(CelComprehension macro, CelType result)
    {
        if (macro.Condition is null)
        {
            return;
        }
        var type = Type(macro.Condition);
        if (macro.Macro is CelMacro.All or CelMacro.Exists)
        {
            CheckBool(macro.Condition, type);
        }
        else if (type.Kind is not (CelKind.Bool or CelKind.Dyn))
        {
            var results = macro.Macro == CelMacro.ExistsOne ? "int, int" : $"list({result}), list({result})";
            Error(macro.Position, $"found no matching overload for '_?_:_' applied to '({type}, {results})'");
        }
    }
}
