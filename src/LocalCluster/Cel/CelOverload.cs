namespace LocalCluster.Cel;

/// <summary>One signature of a function, and what it does.</summary>
/// <param name="IsMember">True when the first argument stands before the dot.</param>
/// <param name="Parameters">The parameter types.</param>
/// <param name="Result">The result type.</param>
/// <param name="Body">Computes the result; arguments are never errors.</param>
internal sealed record CelOverload(
    bool IsMember,
    IReadOnlyList<CelType> Parameters,
    CelType Result,
    Func<IReadOnlyList<CelValue>, CelValue> Body
)
{
    /// <summary>True when values have the kinds that the parameters ask for.</summary>
    public bool Takes(IReadOnlyList<CelValue> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var wanted = Parameters[i].Kind;
            var actual = arguments[i].Kind;
            if (
                wanted is not (CelKind.Dyn or CelKind.Parameter)
                && wanted != actual
                && !(actual == CelKind.Object && wanted == CelKind.Map)
            )
            {
                return false;
            }
        }
        return true;
    }
}

/// <summary>Functions by name.</summary>
internal sealed class CelLibrary
{
    private readonly Dictionary<string, List<CelOverload>> functions = new(StringComparer.Ordinal);

    /// <summary>All functions that expressions can use.</summary>
    public static CelLibrary Standard { get; } = MakeStandard();

    /// <summary>The overloads of a name; null when there is no such function.</summary>
    public IReadOnlyList<CelOverload>? Find(string name) => functions.GetValueOrDefault(name);

    /// <summary>Adds a function of any arity.</summary>
    public void Add(
        string name,
        bool isMember,
        IReadOnlyList<CelType> parameters,
        CelType result,
        Func<IReadOnlyList<CelValue>, CelValue> body
    )
    {
        if (!functions.TryGetValue(name, out var overloads))
        {
            functions.Add(name, overloads = []);
        }
        overloads.Add(new CelOverload(isMember, parameters, result, body));
    }

    /// <summary>Adds a function of one argument.</summary>
    public void Function<T>(string name, CelType parameter, CelType result, Func<T, CelValue> body)
        where T : CelValue => Add(name, isMember: false, [parameter], result, a => body((T)a[0]));

    /// <summary>Adds a function or operator of two arguments.</summary>
    public void Function<T, U>(string name, CelType first, CelType second, CelType result, Func<T, U, CelValue> body)
        where T : CelValue
        where U : CelValue => Add(name, isMember: false, [first, second], result, a => body((T)a[0], (U)a[1]));

    /// <summary>Adds a member function without arguments.</summary>
    public void Member<T>(string name, CelType target, CelType result, Func<T, CelValue> body)
        where T : CelValue => Add(name, isMember: true, [target], result, a => body((T)a[0]));

    /// <summary>Adds a member function of one argument.</summary>
    public void Member<T, U>(string name, CelType target, CelType parameter, CelType result, Func<T, U, CelValue> body)
        where T : CelValue
        where U : CelValue => Add(name, isMember: true, [target, parameter], result, a => body((T)a[0], (U)a[1]));

    /// <summary>Adds a member function of two arguments.</summary>
    public void Member<T, U, V>(
        string name,
        CelType target,
        CelType second,
        CelType third,
        CelType result,
        Func<T, U, V, CelValue> body
    )
        where T : CelValue
        where U : CelValue
        where V : CelValue =>
        Add(name, isMember: true, [target, second, third], result, a => body((T)a[0], (U)a[1], (V)a[2]));

    private static CelLibrary MakeStandard()
    {
        var library = new CelLibrary();
        OperatorFunctions.AddTo(library);
        ConversionFunctions.AddTo(library);
        StringFunctions.AddTo(library);
        CollectionFunctions.AddTo(library);
        TimeFunctions.AddTo(library);
        KubernetesFunctions.AddTo(library);
        return library;
    }
}
