using Binnacle.PromQL.Checking;

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

    /// <summary>Durations are checked against 0 as numbers are; a sign may stand before one in brackets.</summary>
    public bool DurationArithmetic => Since(3, 4);

    /// <summary>Numbers of more than 292 years of seconds are no durations.</summary>
    public bool BoundsDurations => _version >= Number(3, 4);

    /// <summary><c>[0]</c> passed from 2.54 on, by mistake, until durations were checked again.</summary>
    public bool ZeroRanges => Since(2, 54) && Before(3, 4);

    /// <summary><c>0s</c> passes where nothing asks for more; older ones refuse it everywhere.</summary>
    public bool ZeroDurations => Since(3, 4);

    /// <summary>Up to 3.4 offsets are cut to milliseconds, and overflow unseen: to 0, as a rule.</summary>
    public bool OffsetsOverflowToZero => Before(3, 5);

    /// <summary>In 3.4 alone a signed offset goes on with <c>^</c> and nothing else does: <c>offset -5m ^ 2</c>.</summary>
    public bool OnlyPowersExtendOffsets => _version == Number(3, 4);

    /// <summary><c>offset -(5m) * 2</c> multiplies the vector; before, the duration.</summary>
    public bool SignedParenthesisEndsOffset => Since(3, 6);

    /// <summary><c>offset -(5m)</c>, a signed number in parentheses, makes the parser of 3.6 to 3.12 panic.</summary>
    public bool RefusesSignedNumberInParentheses => _version >= Number(3, 6) && _version < Number(3, 13);

    public bool StepFunction => Since(3, 6);

    /// <summary><c>[min(1m, 2m)]</c>, before it became <c>min_of</c>.</summary>
    public bool ShortMinMax => Since(3, 6) && Before(3, 13);

    public bool RangeFunction => Since(3, 10);

    /// <summary><c>[5m + range()]</c>: behind a number the lexer of 3.10 and 3.11 knows no <c>range</c>.</summary>
    public bool ReadsRangeBeforeNumbersOnly => _version >= Number(3, 10) && _version < Number(3, 12);

    public bool LongMinMax => Since(3, 13);

    /// <summary>step(), range(), min and max in durations need the flag; before, arithmetic alone did.</summary>
    public bool DurationFunctionsNeedFlag => !Before(3, 12);

    /// <summary>Behind its flag since 3.4, always on since 3.14.</summary>
    public bool DurationExpressions => Since(3, 4) && (Options.DurationExpressions || Since(3, 14));

    public bool ExtendedRangeSelectors => Options.ExtendedRangeSelectors && Since(3, 7);

    /// <summary>In 3.7.0 and 3.7.1 alone <c>anchored</c> and <c>smoothed</c> named neither metrics nor labels.</summary>
    public bool ReservesAnchored => _version == Number(3, 7) && Version is { Build: 0 or 1 };

    public bool FillModifiers => Options.FillModifiers && Since(3, 10);

    /// <summary><c>&lt;/</c> and <c>&gt;/</c>.</summary>
    public bool Trims => Since(3, 11);

    /// <summary><c>foo @ start() [5m]</c> passes up to 3.14.</summary>
    public bool ChecksAnchoredRanges => _version != Every && _version > Number(3, 14);

    /// <summary>Up to 2.51 a matcher's pattern is read alone and between anchors, and words with bars between them as well.</summary>
    public bool CompilesEachPattern => Before(2, 52) && _version != Every;

    /// <summary>A pattern without special characters is compared and not compiled.</summary>
    public bool ComparesLiterals => Since(2, 46);

    /// <summary><c>(?&lt;name&gt;…)</c> beside <c>(?P&lt;name&gt;…)</c> in a matcher.</summary>
    public bool ShortGroupNames => Since(2, 53);

    public bool ExperimentalFunctions => Options.ExperimentalFunctions;

    /// <summary>Whether a function is there and no flag is missing for it.</summary>
    public bool Has(Function function) =>
        function.IsIn(Version) && (ExperimentalFunctions || !function.NeedsFlag(Version));

    private bool Since(int major, int minor) => _version == Every || _version >= Number(major, minor);

    private bool Before(int major, int minor) => _version == Every || _version < Number(major, minor);

    private static int Number(int major, int minor) => major * 1000 + minor;
}
