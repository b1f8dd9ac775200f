namespace Binnacle.PromQL.RegularExpressions;

/// <summary>
/// Reads a regular expression as Go's <c>regexp/syntax</c> reads it with the flags Perl. One pass; the only recursion is
/// over common prefixes of alternatives.
/// </summary>
/// <param name="text">What is read: the expression with what a use puts around it.</param>
/// <param name="start">Where the user's part begins in it.</param>
/// <param name="length">How long the user's part is.</param>
/// <param name="flags">Flags from the start on.</param>
internal sealed partial class Re2Parser(string text, int start, int length, NodeFlags flags)
{
    private const int MaxRepeat = 1000;

    private readonly NodeStack _stack = new();
    private NodeFlags _flags = flags;
    private int _at;
    private Re2Fault? _fault;

    /// <summary>Capturing groups that were opened.</summary>
    public int Groups { get; private set; }

    /// <summary>Names of groups by number; null when none has a name.</summary>
    public Dictionary<int, string>? Names { get; private set; }

    /// <summary>Where dots stand that match any character.</summary>
    public List<int>? Dots { get; private set; }

    /// <summary>Where an open <c>\Q</c> stands, or -1.</summary>
    public int OpenQuote { get; private set; } = -1;

    /// <summary>Where the first group of the form <c>(?&lt;name&gt;</c> begins and its name ends.</summary>
    public (int Start, int End)? ShortGroupName { get; private set; }

    /// <summary>The tree, or null with the fault.</summary>
    public Node? Parse(out Re2Fault? fault)
    {
        var root = Loop();
        fault = root is null ? _fault : null;
        return root;
    }

    private Node? Loop()
    {
        // The text from the last repetition on, as another right behind it is a fault.
        var lastRepeat = -1;
        while (_at < text.Length)
        {
            var repeat = -1;
            var c = text[_at];
            switch (c)
            {
                case '(' when Peek(1) is '?':
                    ReadPerlGroup();
                    break;
                case '(':
                    Open(++Groups, null, 1);
                    break;
                case '|':
                    _stack.Bar(_at++ - start);
                    break;
                case ')':
                    ReadClosing();
                    break;
                case '^':
                    Operator(
                        (_flags & NodeFlags.MultiLine) != NodeFlags.None ? NodeKind.BeginLine : NodeKind.BeginText,
                        1
                    );
                    break;
                case '$':
                    Operator((_flags & NodeFlags.MultiLine) != NodeFlags.None ? NodeKind.EndLine : NodeKind.EndText, 1);
                    break;
                case '.':
                    (Dots ??= []).Add(_at - start);
                    Operator(
                        (_flags & NodeFlags.DotNewline) != NodeFlags.None ? NodeKind.Any : NodeKind.AnyButNewline,
                        1
                    );
                    break;
                case '[':
                    ReadClass();
                    break;
                case '*' or '+' or '?':
                    repeat = _at++;
                    var kind =
                        c is '*' ? NodeKind.Star
                        : c is '+' ? NodeKind.Plus
                        : NodeKind.Optional;
                    Repeat(kind, 0, 0, repeat, lastRepeat);
                    break;
                case '{' when TryReadCounts(out var minimum, out var maximum, out var end):
                    repeat = _at;
                    _at = end;
                    if (
                        minimum < 0
                        || minimum > MaxRepeat
                        || maximum > MaxRepeat
                        || (maximum >= 0 && minimum > maximum)
                    )
                    {
                        FailCount(repeat, minimum, maximum);
                        break;
                    }

                    Repeat(NodeKind.Repeat, minimum, maximum, repeat, lastRepeat);
                    break;
                case '\\':
                    ReadBackslash();
                    break;
                default:
                    var offset = _at - start;
                    Literal(ReadRune(), offset);
                    break;
            }

            if (HasFailed())
            {
                return null;
            }

            lastRepeat = repeat;
        }

        _stack.Close();
        if (HasFailed())
        {
            return null;
        }

        if (_stack.Count != 1)
        {
            FailOpen();
            return null;
        }

        return _stack.Top;
    }

    private bool HasFailed()
    {
        if (_fault is null && _stack.Broken is { } limit)
        {
            Fail(limit, start, start + length);
        }

        return _fault is not null;
    }

    private char Peek(int ahead) => _at + ahead < text.Length ? text[_at + ahead] : '\0';

    /// <summary>The rune here, behind which reading goes on; -1 at the end.</summary>
    private int ReadRune()
    {
        if (_at >= text.Length)
        {
            return -1;
        }

        var c = text[_at++];
        return char.IsHighSurrogate(c) && _at < text.Length && char.IsLowSurrogate(text[_at])
            ? char.ConvertToUtf32(c, text[_at++])
            : c;
    }

    private void Literal(int rune, int offset) => _stack.PushLiteral(rune, _flags, offset);

    private void Operator(NodeKind kind, int width)
    {
        _stack.Push(_stack.New(kind, _flags, _at - start), _flags);
        _at += width;
    }

    private void Open(int group, string? name, int width)
    {
        var node = _stack.New(NodeKind.OpenGroup, _flags, _at - start);
        (node.Group, node.Name) = (group, name);
        _stack.Push(node, _flags);
        _at += width;
    }

    private void ReadClosing()
    {
        _stack.Close();
        if (_stack.Count < 2)
        {
            Fail(Re2FaultCode.UnexpectedParenthesis, _at, _at + 1);
            return;
        }

        var inner = _stack.Pop();
        var open = _stack.Pop();
        // Flags inside of a group end with it.
        _flags = open.Flags;
        if (open.Group == 0)
        {
            _stack.Push(inner, _flags);
        }
        else
        {
            open.Kind = NodeKind.Capture;
            open.Children.Add(inner);
            open.Measure();
            _stack.Push(open, _flags);
        }

        _at++;
    }

    /// <summary>Repeats the top of the stack; <see cref="_at"/> stands behind the operator.</summary>
    private void Repeat(NodeKind kind, int minimum, int maximum, int from, int lastRepeat)
    {
        var repeatFlags = _flags;
        if (_at < text.Length && text[_at] is '?')
        {
            _at++;
            repeatFlags ^= NodeFlags.NonGreedy;
        }

        if (lastRepeat >= 0)
        {
            Fail(Re2FaultCode.InvalidNestedRepetition, lastRepeat, _at);
            return;
        }

        if (_stack.Top is not { IsPseudo: false })
        {
            Fail(Re2FaultCode.MissingRepeatArgument, from, _at);
            return;
        }

        var node = _stack.Repeat(kind, minimum, maximum, repeatFlags, from - start);
        if (kind is NodeKind.Repeat && (minimum >= 2 || maximum >= 2) && !FitsLimit(node, MaxRepeat))
        {
            Fail(Re2FaultCode.InvalidRepeatCount, from, _at);
        }
    }

    /// <summary>Whether nested counts multiply to no more than the limit.</summary>
    private static bool FitsLimit(Node node, int limit)
    {
        if (node.Kind is NodeKind.Repeat)
        {
            var count = node.Maximum < 0 ? node.Minimum : node.Maximum;
            if (node.Maximum == 0)
            {
                return true;
            }

            if (count > limit)
            {
                return false;
            }

            limit = count > 0 ? limit / count : limit;
        }

        foreach (var child in node.Children)
        {
            if (!FitsLimit(child, limit))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads <c>{2}</c>, <c>{2,}</c> or <c>{2,3}</c>; anything else is a brace as such. Too big a number is -1.</summary>
    private bool TryReadCounts(out int minimum, out int maximum, out int end)
    {
        maximum = 0;
        end = _at + 1;
        if (!TryReadNumber(ref end, out minimum) || end >= text.Length)
        {
            return false;
        }

        maximum = minimum;
        if (text[end] is ',')
        {
            end++;
            if (end < text.Length && text[end] is '}')
            {
                maximum = -1;
            }
            else if (!TryReadNumber(ref end, out maximum))
            {
                return false;
            }
            else if (maximum < 0)
            {
                minimum = -1;
            }
        }

        return end < text.Length && text[end++] is '}';
    }

    private bool TryReadNumber(ref int at, out int number)
    {
        number = 0;
        var first = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            number = number is < 0 or >= 100_000_000 ? -1 : (number * 10) + text[at] - '0';
            at++;
        }

        // No leading zeros.
        return at > first && (at == first + 1 || text[first] is not '0');
    }
}
