namespace LocalCluster.Cel;

/// <summary>Evaluates checked expressions within a budget.</summary>
internal sealed class CelEvaluator(IReadOnlyDictionary<string, CelValue> variables, long limit)
{
    private readonly Dictionary<string, CelValue> scope = new(variables, StringComparer.Ordinal);

    /// <summary>What the evaluation cost so far: about one for every node visited, more for long texts and lists.</summary>
    public long Cost { get; private set; }

    /// <summary>The value of an expression; an error value when it has none.</summary>
    /// <exception cref="CelBudgetException">It costs more than the limit.</exception>
    public CelValue Evaluate(CelExpression expression)
    {
        switch (expression)
        {
            case CelLiteral literal:
                return literal.Value;
            case CelIdentifier identifier:
                Spend(1);
                return scope.TryGetValue(identifier.Name, out var value) ? value : new CelTypeValue(identifier.Name);
            case CelSelect select:
                Spend(1);
                return Select(select);
            case CelCall call:
                return Call(call);
            case CelListLiteral list:
                Spend(10);
                return Combine(list.Items, items => new CelList(items));
            case CelMapLiteral map:
                Spend(30);
                return Combine([.. map.Entries.SelectMany(e => (CelExpression[])[e.Key, e.Value])], Map);
            case CelComprehension comprehension:
                return Comprehension(comprehension);
            default:
                throw new InvalidOperationException($"No such expression: {expression.GetType().Name}");
        }
    }

    private void Spend(long cost)
    {
        Cost += cost;
        if (Cost > limit)
        {
            throw new CelBudgetException();
        }
    }

    private static CelValue Map(IReadOnlyList<CelValue> items)
    {
        var entries = new List<KeyValuePair<CelValue, CelValue>>();
        for (var i = 0; i < items.Count; i += 2)
        {
            if (entries.Exists(e => e.Key.Same(items[i])))
            {
                return new CelError("Failed with repeated key");
            }
            entries.Add(new(items[i], items[i + 1]));
        }
        return new CelMap(entries);
    }

    private CelValue Combine(IReadOnlyList<CelExpression> parts, Func<IReadOnlyList<CelValue>, CelValue> body)
    {
        var values = new CelValue[parts.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Evaluate(parts[i]);
            if (values[i] is CelError)
            {
                return values[i];
            }
        }
        return body(values);
    }

    private CelValue Select(CelSelect select)
    {
        var operand = Evaluate(select.Operand);
        if (operand is CelError)
        {
            return operand;
        }
        var wrapped = select.IsOptional || operand is CelOptional;
        if (operand is CelOptional optional)
        {
            if (optional.Value is null)
            {
                return select.IsTest ? CelBool.False : CelOptional.None;
            }
            operand = optional.Value;
        }
        if (operand is not CelFields fields)
        {
            return CelError.NoOverload;
        }
        var value = fields.Get(select.Field);
        if (select.IsTest)
        {
            return CelValue.Of(value is not null);
        }
        if (value is CelError)
        {
            return value;
        }
        return wrapped ? new CelOptional(value) : value ?? CelError.NoKey(select.Field);
    }

    private CelValue Call(CelCall call)
    {
        switch (call.Function)
        {
            case "_&&_":
                return Logical(call, decisive: false);
            case "_||_":
                return Logical(call, decisive: true);
            case "_?_:_":
                Spend(1);
                return Evaluate(call.Arguments[0]) switch
                {
                    CelBool condition => Evaluate(call.Arguments[condition.Value ? 1 : 2]),
                    CelError error => error,
                    _ => CelError.NoOverload,
                };
        }
        return Combine(call.Arguments, arguments => Apply(call, arguments));
    }

    private CelValue Apply(CelCall call, IReadOnlyList<CelValue> arguments)
    {
        Spend(1 + arguments.Sum(Size));
        if (call.Function is "_[_]" or "_[?_]" && arguments[0] is CelOptional optional)
        {
            if (optional.Value is null)
            {
                return CelOptional.None;
            }
            var found = Apply(call, [optional.Value, arguments[1]]);
            return found is CelError or CelOptional ? found : new CelOptional(found);
        }
        if (call.Pattern is { } pattern && arguments[0] is CelString matched)
        {
            return CelValue.Of(pattern.IsMatch(matched.Value));
        }
        foreach (var overload in call.Candidates)
        {
            if (overload.Takes(arguments))
            {
                return overload.Body(arguments);
            }
        }
        return CelError.NoOverload;
    }

    private static long Size(CelValue value) =>
        value switch
        {
            CelString text => text.Value.Length / 10,
            CelBytes bytes => bytes.Value.Length / 10,
            CelList list => list.Items.Count,
            CelMap map => map.Entries.Count,
            _ => 0,
        };

    /// <summary>One decisive side is enough, whichever it is: errors of the other side do not count then.</summary>
    private CelValue Logical(CelCall call, bool decisive)
    {
        var left = Evaluate(call.Arguments[0]);
        if (left is CelBool first && first.Value == decisive)
        {
            return left;
        }
        var right = Evaluate(call.Arguments[1]);
        if (right is CelBool second && second.Value == decisive)
        {
            return right;
        }
        return left is CelError ? left
            : right is CelError ? right
            : left is CelBool && right is CelBool ? CelValue.Of(!decisive)
            : CelError.NoOverload;
    }

    private CelValue Comprehension(CelComprehension macro)
    {
        var range = Evaluate(macro.Range);
        if (range is CelError)
        {
            return range;
        }
        var hidden = scope.GetValueOrDefault(macro.Variable);
        try
        {
            return (range, macro.Macro) switch
            {
                (CelOptional optional, CelMacro.OptionalMap or CelMacro.OptionalFlatMap) => MapOptional(
                    macro,
                    optional
                ),
                (CelList list, _) => Run(macro, list.Items),
                (CelMap map, _) => Run(macro, map.Entries.Select(e => e.Key)),
                _ => CelError.NoOverload,
            };
        }
        finally
        {
            if (hidden is null)
            {
                scope.Remove(macro.Variable);
            }
            else
            {
                scope[macro.Variable] = hidden;
            }
        }
    }

    private CelValue MapOptional(CelComprehension macro, CelOptional optional)
    {
        if (optional.Value is null)
        {
            return optional;
        }
        scope[macro.Variable] = optional.Value;
        var result = Evaluate(macro.Transform!);
        return result is CelError || macro.Macro == CelMacro.OptionalFlatMap ? result : new CelOptional(result);
    }

    private CelValue Run(CelComprehension macro, IEnumerable<CelValue> items) =>
        macro.Macro switch
        {
            CelMacro.All => Quantify(macro, items, decisive: false),
            CelMacro.Exists => Quantify(macro, items, decisive: true),
            CelMacro.ExistsOne => ExistsOne(macro, items),
            _ => Transform(macro, items),
        };

    private CelValue Step(CelExpression expression, string variable, CelValue item)
    {
        Spend(1);
        scope[variable] = item;
        return item is CelError ? item : Evaluate(expression);
    }

    private CelValue Quantify(CelComprehension macro, IEnumerable<CelValue> items, bool decisive)
    {
        CelValue result = CelValue.Of(!decisive);
        foreach (var item in items)
        {
            switch (Step(macro.Condition!, macro.Variable, item))
            {
                case CelBool holds when holds.Value == decisive:
                    return holds;
                case CelBool:
                    break;
                case var other when result is not CelError:
                    result = other as CelError ?? CelError.NoOverload;
                    break;
            }
        }
        return result;
    }

    private CelValue ExistsOne(CelComprehension macro, IEnumerable<CelValue> items)
    {
        var count = 0;
        foreach (var item in items)
        {
            switch (Step(macro.Condition!, macro.Variable, item))
            {
                case CelBool holds:
                    count += holds.Value ? 1 : 0;
                    break;
                case var other:
                    return other as CelError ?? CelError.NoOverload;
            }
        }
        return CelValue.Of(count == 1);
    }

    private CelValue Transform(CelComprehension macro, IEnumerable<CelValue> items)
    {
        var result = new List<CelValue>();
        foreach (var item in items)
        {
            if (macro.Condition is not null)
            {
                switch (Step(macro.Condition, macro.Variable, item))
                {
                    case CelBool { Value: false }:
                        continue;
                    case CelBool:
                        break;
                    case var other:
                        return other as CelError ?? CelError.NoOverload;
                }
            }
            var value = macro.Transform is null ? item : Step(macro.Transform, macro.Variable, item);
            if (value is CelError)
            {
                return value;
            }
            result.Add(value);
        }
        return new CelList(result);
    }
}

/// <summary>An evaluation cost more than it may.</summary>
internal sealed class CelBudgetException() : Exception("operation cancelled: actual cost limit exceeded");
