namespace LocalCluster.Cel;

/// <summary>Arithmetic, comparison and indexing. Logical operators and the ternary are the evaluator's, as they do not need all arguments.</summary>
internal static class OperatorFunctions
{
    private static readonly CelType A = CelType.Parameter("A");
    private static readonly CelType B = CelType.Parameter("B");

    /// <summary>Adds the operators.</summary>
    public static void AddTo(CelLibrary library)
    {
        library.Add("_&&_", isMember: false, [CelType.Bool, CelType.Bool], CelType.Bool, _ => CelError.NoOverload);
        library.Add("_||_", isMember: false, [CelType.Bool, CelType.Bool], CelType.Bool, _ => CelError.NoOverload);
        library.Add("_?_:_", isMember: false, [CelType.Bool, A, A], A, _ => CelError.NoOverload);
        library.Function<CelBool>("!_", CelType.Bool, CelType.Bool, a => CelValue.Of(!a.Value));
        library.Function<CelValue, CelValue>("_==_", A, A, CelType.Bool, (a, b) => CelValue.Of(a.Same(b)));
        library.Function<CelValue, CelValue>("_!=_", A, A, CelType.Bool, (a, b) => CelValue.Of(!a.Same(b)));
        AddOrder(library);
        AddIntegers(library);
        AddUnsigned(library);
        AddDoubles(library);
        library.Function<CelString, CelString>(
            "_+_",
            CelType.String,
            CelType.String,
            CelType.String,
            (a, b) => CelValue.Of(a.Value + b.Value)
        );
        library.Function<CelBytes, CelBytes>(
            "_+_",
            CelType.Bytes,
            CelType.Bytes,
            CelType.Bytes,
            (a, b) => new CelBytes((byte[])[.. a.Value.Span, .. b.Value.Span])
        );
        library.Function<CelList, CelList>(
            "_+_",
            CelType.List(A),
            CelType.List(A),
            CelType.List(A),
            (a, b) => a.Add(b)
        );
        library.Function<CelList, CelValue>("_[_]", CelType.List(A), CelType.Int, A, Index);
        library.Function<CelMap, CelValue>(
            "_[_]",
            CelType.Map(A, B),
            A,
            B,
            (map, key) => map.Find(key) ?? CelError.NoKey(Shown(key))
        );
        library.Function<CelList, CelInt>(
            "_[?_]",
            CelType.List(A),
            CelType.Int,
            CelType.Optional(A),
            (list, at) =>
                at.Value >= 0 && at.Value < list.Items.Count
                    ? new CelOptional(list.Items[(int)at.Value])
                    : CelOptional.None
        );
        library.Function<CelMap, CelValue>(
            "_[?_]",
            CelType.Map(A, B),
            A,
            CelType.Optional(B),
            (map, key) => new CelOptional(map.Find(key))
        );
        library.Function<CelValue, CelList>(
            "@in",
            A,
            CelType.List(A),
            CelType.Bool,
            (item, list) => CelValue.Of(list.Items.Any(item.Same))
        );
        library.Function<CelValue, CelMap>(
            "@in",
            A,
            CelType.Map(A, B),
            CelType.Bool,
            (key, map) => CelValue.Of(map.Find(key) is not null)
        );
    }

    private static string Shown(CelValue key) =>
        key switch
        {
            CelString text => text.Value,
            CelInt integer => integer.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
            CelUint integer => integer.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
            CelBool flag => flag.Value ? "true" : "false",
            _ => key.Kind.ToString(),
        };

    private static CelValue Index(CelList list, CelValue at) =>
        at is CelInt index && index.Value >= 0 && index.Value < list.Items.Count
            ? list.Items[(int)index.Value]
            : new CelError($"index out of bounds: {(at as CelInt)?.Value}");

    private static void AddOrder(CelLibrary library)
    {
        (string Name, Func<int, bool> Holds)[] operators =
        [
            ("_<_", c => c < 0),
            ("_<=_", c => c <= 0),
            ("_>_", c => c > 0),
            ("_>=_", c => c >= 0),
        ];
        CelType[] numbers = [CelType.Int, CelType.Uint, CelType.Double];
        foreach (var (name, holds) in operators)
        {
            foreach (var left in numbers)
            {
                foreach (var right in numbers)
                {
                    library.Function<CelNumber, CelNumber>(
                        name,
                        left,
                        right,
                        CelType.Bool,
                        (a, b) => CelValue.Of(CelNumber.Compare(a, b) is { } c && holds(c))
                    );
                }
            }
            library.Function<CelBool, CelBool>(
                name,
                CelType.Bool,
                CelType.Bool,
                CelType.Bool,
                (a, b) => CelValue.Of(holds(a.Value.CompareTo(b.Value)))
            );
            library.Function<CelString, CelString>(
                name,
                CelType.String,
                CelType.String,
                CelType.Bool,
                (a, b) => CelValue.Of(holds(string.CompareOrdinal(a.Value, b.Value)))
            );
            library.Function<CelBytes, CelBytes>(
                name,
                CelType.Bytes,
                CelType.Bytes,
                CelType.Bool,
                (a, b) => CelValue.Of(holds(a.Value.Span.SequenceCompareTo(b.Value.Span)))
            );
            library.Function<CelDuration, CelDuration>(
                name,
                CelType.Duration,
                CelType.Duration,
                CelType.Bool,
                (a, b) => CelValue.Of(holds(a.Nanoseconds.CompareTo(b.Nanoseconds)))
            );
            library.Function<CelTimestamp, CelTimestamp>(
                name,
                CelType.Timestamp,
                CelType.Timestamp,
                CelType.Bool,
                (a, b) => CelValue.Of(holds(a.Value.CompareTo(b.Value)))
            );
        }
    }

    private static void AddIntegers(CelLibrary library)
    {
        void Add(string name, Func<long, long, long> body) =>
            library.Function<CelInt, CelInt>(
                name,
                CelType.Int,
                CelType.Int,
                CelType.Int,
                (a, b) => Checked(() => CelValue.Of(body(a.Value, b.Value)), "integer")
            );

        Add("_+_", (a, b) => checked(a + b));
        Add("_-_", (a, b) => checked(a - b));
        Add("_*_", (a, b) => checked(a * b));
        Add("_/_", (a, b) => checked(a / b));
        Add("_%_", (a, b) => b == -1 ? 0 : a % b);
        library.Function<CelInt>(
            "-_",
            CelType.Int,
            CelType.Int,
            a => Checked(() => CelValue.Of(checked(-a.Value)), "integer")
        );
    }

    private static void AddUnsigned(CelLibrary library)
    {
        void Add(string name, Func<ulong, ulong, ulong> body) =>
            library.Function<CelUint, CelUint>(
                name,
                CelType.Uint,
                CelType.Uint,
                CelType.Uint,
                (a, b) => Checked(() => new CelUint(body(a.Value, b.Value)), "unsigned integer")
            );

        Add("_+_", (a, b) => checked(a + b));
        Add("_-_", (a, b) => checked(a - b));
        Add("_*_", (a, b) => checked(a * b));
        Add("_/_", (a, b) => a / b);
        Add("_%_", (a, b) => a % b);
    }

    private static void AddDoubles(CelLibrary library)
    {
        void Add(string name, Func<double, double, double> body) =>
            library.Function<CelDouble, CelDouble>(
                name,
                CelType.Double,
                CelType.Double,
                CelType.Double,
                (a, b) => new CelDouble(body(a.Value, b.Value))
            );

        Add("_+_", (a, b) => a + b);
        Add("_-_", (a, b) => a - b);
        Add("_*_", (a, b) => a * b);
        Add("_/_", (a, b) => a / b);
        library.Function<CelDouble>("-_", CelType.Double, CelType.Double, a => new CelDouble(-a.Value));
    }

    private static CelValue Checked(Func<CelValue> body, string what)
    {
        try
        {
            return body();
        }
        catch (DivideByZeroException)
        {
            return new CelError("division by zero");
        }
        catch (OverflowException)
        {
            return new CelError($"{what} overflow");
        }
    }
}
