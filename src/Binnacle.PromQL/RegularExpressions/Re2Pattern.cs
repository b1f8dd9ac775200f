using System.Diagnostics.CodeAnalysis;

namespace Binnacle.PromQL.RegularExpressions;

/// <summary>
/// A regular expression exactly as Prometheus has it (Go's <c>regexp</c>, Unicode 15.0): accepts what it accepts, refuses
/// what it refuses, matches what it matches. Immutable; safe for many threads. Matching takes time that grows with the
/// text times the expression and memory that grows with the expression: no text can make it slow.
/// </summary>
public sealed class Re2Pattern
{
    private static readonly IReadOnlyDictionary<int, string> NoNames = new Dictionary<int, string>();

    private readonly Node _root;
    private readonly bool _whole;
    private readonly int _groups;
    private readonly IReadOnlyList<int> _dots;
    private RegexProgram? _program;
    private PikeMachine? _idle;

    private Re2Pattern(string text, Re2Use use, Re2Wrapping.Parsed parsed)
    {
        (Text, Use, _root, _whole, _groups) = (text, use, parsed.Root, parsed.IsWhole, parsed.Parser.Groups);
        GroupNames = parsed.Parser.Names ?? NoNames;
        _dots = (IReadOnlyList<int>?)parsed.Parser.Dots ?? [];
    }

    /// <summary>The expression as the user wrote it.</summary>
    public string Text { get; }

    /// <summary>Where it stands.</summary>
    public Re2Use Use { get; }

    /// <summary>Capturing groups, without that of the whole.</summary>
    public int GroupCount => _groups;

    /// <summary>Names of groups by their number, for those that have one.</summary>
    public IReadOnlyDictionary<int, string> GroupNames { get; }

    /// <summary>What can be said of it without a text: for lints and for short cuts.</summary>
    public Re2Facts Facts => field ??= new Re2Facts(Text, _root, _whole, _dots);

    /// <summary>Whether the empty text matches: for a matcher, series without the label.</summary>
    public bool MatchesEmpty => TakesEmpty(_root);

    /// <summary>Reads a matcher of PromQL.</summary>
    /// <param name="text">The expression, without quotes and with their escapes resolved.</param>
    /// <param name="pattern">What was read.</param>
    /// <param name="fault">What is wrong with it.</param>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out Re2Pattern? pattern,
        [NotNullWhen(false)] out Re2Fault? fault
    ) => TryParse(text, Re2Use.Matcher, out pattern, out fault);

    /// <summary>Reads an expression for its use.</summary>
    /// <param name="text">The expression, without quotes and with their escapes resolved.</param>
    /// <param name="use">Where it stands.</param>
    /// <param name="pattern">What was read.</param>
    /// <param name="fault">What is wrong with it.</param>
    public static bool TryParse(
        string text,
        Re2Use use,
        [NotNullWhen(true)] out Re2Pattern? pattern,
        [NotNullWhen(false)] out Re2Fault? fault
    )
    {
        (var parsed, fault) = Re2Wrapping.Read(text, use);
        pattern = parsed is null ? null : new Re2Pattern(text, use, parsed);
        return pattern is not null;
    }

    /// <summary>What is wrong with an expression, or null; cheaper than reading it where plain texts are told apart.</summary>
    public static Re2Fault? Check(string text, Re2Use use = Re2Use.Matcher) =>
        use is Re2Use.Matcher && Re2Wrapping.IsPlain(text) ? null : Re2Wrapping.Read(text, use).Fault;

    /// <summary>Reads an expression that was checked before.</summary>
    /// <exception cref="FormatException">It is wrong.</exception>
    public static Re2Pattern Parse(string text, Re2Use use = Re2Use.Matcher) =>
        TryParse(text, use, out var pattern, out var fault) ? pattern : throw new FormatException(fault.ToString());

    /// <summary>Whether the text matches: all of it, for every use but <see cref="Re2Use.Search"/>.</summary>
    public bool IsMatch(ReadOnlySpan<char> text)
    {
        var machine = Rent();
        var found = machine.Run(text, _whole, []);
        _idle = machine;
        return found;
    }

    /// <summary>The match with its groups, or null.</summary>
    public Re2Match? Match(string text)
    {
        var slots = new int[2 * (_groups + 1)];
        var machine = Rent();
        var found = machine.Run(text, _whole, slots);
        _idle = machine;
        return found ? new Re2Match(this, text, slots) : null;
    }

    /// <summary>
    /// What a relabelling step (or <c>label_replace</c>) makes of a value: the template with the groups filled in, or null
    /// when the value does not match and the step does nothing.
    /// </summary>
    public string? Replace(string value, string template) => Match(value)?.Expand(template);

    /// <summary>Steps that the machine takes for a text: what time grows with.</summary>
    internal long CountSteps(string text)
    {
        var machine = new PikeMachine(Program);
        machine.Run(text, _whole, new int[2 * (_groups + 1)]);
        return machine.Steps;
    }

    /// <inheritdoc />
    public override string ToString() => Text;

    private static bool TakesEmpty(Node node) =>
        node.Kind switch
        {
            NodeKind.NoMatch
            or NodeKind.Literal
            or NodeKind.Class
            or NodeKind.Any
            or NodeKind.AnyButNewline
            or NodeKind.WordBoundary => false,
            NodeKind.Capture or NodeKind.Plus => TakesEmpty(node.Children[0]),
            NodeKind.Repeat => node.Minimum == 0 || TakesEmpty(node.Children[0]),
            NodeKind.Concat => node.Children.TrueForAll(TakesEmpty),
            NodeKind.Alternate => node.Children.Exists(TakesEmpty),
            _ => true,
        };

    /// <summary>Two threads may compile it at once; they make the same.</summary>
    private RegexProgram Program => _program ??= RegexCompiler.Compile(_root, _groups);

    /// <summary>The machine that is idle, or another one: as many live on as run at once at the end, which is one.</summary>
    private PikeMachine Rent() => Interlocked.Exchange(ref _idle, null) ?? new PikeMachine(Program);
}
