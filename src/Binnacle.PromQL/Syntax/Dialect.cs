namespace Binnacle.PromQL.Syntax;

/// <summary>
/// What the language of one Prometheus has, from its version and flags. Each property names the first version that has
/// what it says, from the history of <c>promql/parser</c>.
/// </summary>
internal readonly struct Dialect(PromQlOptions options)
{
    private readonly int _version = options.PrometheusVersion is { } version
        ? Number(version.Major, version.Minor)
        : Every;
    private const int Every = -1;

    public PromQlOptions Options { get; } = options;

    public Version? Version => Options.PrometheusVersion;

    /// <summary><c>{"my.metric", "my.label"="x"}</c>.</summary>
    public bool QuotedNames => Since(2, 51);

    /// <summary>Numbers as durations (<c>[300]</c>), durations as numbers (<c>x &gt; 5m</c>), <c>1_000</c>, limitk.</summary>
    public bool NumbersAsDurations => Since(2, 54);

    /// <summary><c>by ("my.label")</c>.</summary>
    public bool QuotedGroupings => Since(2, 55);

    /// <summary><c>by (a:b)</c>, and any UTF-8 in quotes.</summary>
    public bool Utf8Groupings => Since(3, 0);

    /// <summary>Durations are checked against 0 and overflow as numbers are; a sign may stand before one in brackets.</summary>
    public bool DurationArithmetic => Since(3, 4);

    /// <summary><c>[0]</c> passed from 2.54 on, by mistake, until durations were checked again.</summary>
    public bool ZeroRanges => Since(2, 54) && Before(3, 4);

    /// <summary><c>0s</c> passes where nothing asks for more; older ones refuse it everywhere.</summary>
    public bool ZeroDurations => Since(3, 4);

    /// <summary><c>offset -(5m) * 2</c> multiplies the vector; before, the duration.</summary>
    public bool SignedParenthesisEndsOffset => Since(3, 6);

    public bool StepFunction => Since(3, 6);

    /// <summary><c>[min(1m, 2m)]</c>, before it became <c>min_of</c>.</summary>
    public bool ShortMinMax => Since(3, 6) && Before(3, 13);

    public bool RangeFunction => Since(3, 10);

    public bool LongMinMax => Since(3, 13);

    /// <summary>step(), range(), min and max in durations need the flag; before, arithmetic alone did.</summary>
    public bool DurationFunctionsNeedFlag => !Options.DurationExpressions && !Before(3, 12);

    public bool DurationExpressions => Options.DurationExpressions && Since(3, 4);

    public bool ExtendedRangeSelectors => Options.ExtendedRangeSelectors && Since(3, 7);

    /// <summary>In 3.7 alone <c>anchored</c> and <c>smoothed</c> named neither metrics nor labels.</summary>
    public bool ReservesAnchored => _version == Number(3, 7);

    public bool FillModifiers => Options.FillModifiers && Since(3, 10);

    /// <summary><c>&lt;/</c> and <c>&gt;/</c>.</summary>
    public bool Trims => Since(3, 11);

    /// <summary><c>foo @ start() [5m]</c> passes up to 3.14.</summary>
    public bool ChecksAnchoredRanges => _version != Every && _version > Number(3, 14);

    public bool ExperimentalFunctions => Options.ExperimentalFunctions;

    private bool Since(int major, int minor) => _version == Every || _version >= Number(major, minor);

    private bool Before(int major, int minor) => _version == Every || _version < Number(major, minor);

    private static int Number(int major, int minor) => major * 1000 + minor;
}
