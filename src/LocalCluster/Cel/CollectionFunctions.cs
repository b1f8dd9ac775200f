namespace LocalCluster.Cel;

/// <summary>Functions of lists, maps, sets and optionals.</summary>
internal static class CollectionFunctions
{
    private static readonly CelType A = CelType.Parameter("A");
    private static readonly CelType B = CelType.Parameter("B");
    private static readonly CelType ListA = CelType.List(CelType.Parameter("A"));
    private static readonly CelType OptionalA = CelType.Optional(CelType.Parameter("A"));

    /// <summary>Adds the functions.</summary>
    public static void AddTo(CelLibrary library)
    {
        library.Function<CelList>("size", ListA, CelType.Int, a => CelValue.Of((long)a.Items.Count));
        library.Member<CelList>("size", ListA, CelType.Int, a => CelValue.Of((long)a.Items.Count));
        library.Function<CelMap>("size", CelType.Map(A, B), CelType.Int, a => CelValue.Of((long)a.Entries.Count));
        library.Member<CelMap>("size", CelType.Map(A, B), CelType.Int, a => CelValue.Of((long)a.Entries.Count));
        library.Member<CelList, CelValue>(
            "indexOf",
            ListA,
            A,
            CelType.Int,
            (list, item) => CelValue.Of((long)list.Items.ToList().FindIndex(item.Same))
        );
        library.Member<CelList, CelValue>(
            "lastIndexOf",
            ListA,
            A,
            CelType.Int,
            (list, item) => CelValue.Of((long)list.Items.ToList().FindLastIndex(item.Same))
        );
        AddSets(library);
        AddOptionals(library);
        CelType[] ordered =
        [
            CelType.Int,
            CelType.Uint,
            CelType.Double,
            CelType.Bool,
            CelType.Duration,
            CelType.Timestamp,
            CelType.String,
            CelType.Bytes,
        ];
        foreach (var type in ordered)
        {
            library.Member<CelList>("isSorted", CelType.List(type), CelType.Bool, IsSorted);
            library.Member<CelList>("min", CelType.List(type), type, list => Extreme(list, "_<_", "min"));
            library.Member<CelList>("max", CelType.List(type), type, list => Extreme(list, "_>_", "max"));
        }
        library.Member<CelList>("sum", CelType.List(CelType.Int), CelType.Int, list => Sum(list, new CelInt(0)));
        library.Member<CelList>("sum", CelType.List(CelType.Uint), CelType.Uint, list => Sum(list, new CelUint(0)));
        library.Member<CelList>(
            "sum",
            CelType.List(CelType.Double),
            CelType.Double,
            list => Sum(list, new CelDouble(0))
        );
        library.Member<CelList>(
            "sum",
            CelType.List(CelType.Duration),
            CelType.Duration,
            list => Sum(list, new CelDuration(0))
        );
    }

    private static void AddSets(CelLibrary library)
    {
        static bool Contains(CelList list, CelList other) => other.Items.All(item => list.Items.Any(item.Same));
        library.Function<CelList, CelList>(
            "sets.contains",
            ListA,
            ListA,
            CelType.Bool,
            (a, b) => CelValue.Of(Contains(a, b))
        );
        library.Function<CelList, CelList>(
            "sets.equivalent",
            ListA,
            ListA,
            CelType.Bool,
            (a, b) => CelValue.Of(Contains(a, b) && Contains(b, a))
        );
        library.Function<CelList, CelList>(
            "sets.intersects",
            ListA,
            ListA,
            CelType.Bool,
            (a, b) => CelValue.Of(a.Items.Any(item => b.Items.Any(item.Same)))
        );
    }

    private static void AddOptionals(CelLibrary library)
    {
        library.Function<CelValue>("optional.of", A, OptionalA, a => new CelOptional(a));
        library.Function<CelValue>(
            "optional.ofNonZeroValue",
            A,
            OptionalA,
            a => IsZero(a) ? CelOptional.None : new CelOptional(a)
        );
        library.Add("optional.none", isMember: false, [], OptionalA, _ => CelOptional.None);
        library.Member<CelOptional>("hasValue", OptionalA, CelType.Bool, a => CelValue.Of(a.Value is not null));
        library.Member<CelOptional>("value", OptionalA, A, a => a.Value ?? new CelError("optional.none() dereference"));
        library.Member<CelOptional, CelOptional>(
            "or",
            OptionalA,
            OptionalA,
            OptionalA,
            (a, b) => a.Value is null ? b : a
        );
        library.Member<CelOptional, CelValue>("orValue", OptionalA, A, A, (a, b) => a.Value ?? b);
    }

    private static bool IsZero(CelValue value) =>
        value switch
        {
            CelNull => true,
            CelBool flag => !flag.Value,
            CelNumber number => number.AsDouble == 0,
            CelString text => text.Value.Length == 0,
            CelBytes bytes => bytes.Value.Length == 0,
            CelList list => list.Items.Count == 0,
            CelMap map => map.Entries.Count == 0,
            CelObject fields => fields.Node.Count == 0,
            _ => false,
        };

    private static CelValue Call(string function, CelValue left, CelValue right)
    {
        CelValue[] arguments = [left, right];
        return CelLibrary.Standard.Find(function)!.FirstOrDefault(o => o.Takes(arguments))?.Body(arguments)
            ?? CelError.NoOverload;
    }

    private static CelValue IsSorted(CelList list)
    {
        for (var i = 1; i < list.Items.Count; i++)
        {
            var holds = Call("_<=_", list.Items[i - 1], list.Items[i]);
            if (holds is not CelBool { Value: true })
            {
                return holds;
            }
        }
        return CelBool.True;
    }

    private static CelValue Extreme(CelList list, string better, string name)
    {
        if (list.Items.Count == 0)
        {
            return new CelError($"{name} called on empty list");
        }
        var best = list.Items[0];
        foreach (var item in list.Items.Skip(1))
        {
            if (Call(better, item, best) is not CelBool holds)
            {
                return CelError.NoOverload;
            }
            best = holds.Value ? item : best;
        }
        return best;
    }

    private static CelValue Sum(CelList list, CelValue zero)
    {
        foreach (var item in list.Items)
        {
            zero = Call("_+_", zero, item);
            if (zero is CelError)
            {
                return zero;
            }
        }
        return zero;
    }
}
