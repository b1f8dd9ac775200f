namespace Binnacle.PromQL.RegularExpressions;

/// <content>Classes in brackets, by name, by letter.</content>
internal sealed partial class Re2Parser
{
    private static readonly int[] Digits = ['0', '9'];
    private static readonly int[] Spaces = ['\t', '\n', '\f', '\r', ' ', ' '];
    private static readonly int[] Words = ['0', '9', 'A', 'Z', '_', '_', 'a', 'z'];

    private static int[]? PosixClass(ReadOnlySpan<char> name) =>
        name switch
        {
            "alnum" => ['0', '9', 'A', 'Z', 'a', 'z'],
            "alpha" => ['A', 'Z', 'a', 'z'],
            "ascii" => [0, 0x7f],
            "blank" => ['\t', '\t', ' ', ' '],
            "cntrl" => [0, 0x1f, 0x7f, 0x7f],
            "digit" => Digits,
            "graph" => ['!', '~'],
            "lower" => ['a', 'z'],
            "print" => [' ', '~'],
            "punct" => ['!', '/', ':', '@', '[', '`', '{', '~'],
            "space" => ['\t', '\r', ' ', ' '],
            "upper" => ['A', 'Z'],
            "word" => Words,
            "xdigit" => ['0', '9', 'A', 'F', 'a', 'f'],
            _ => null,
        };

    private void ReadClass()
    {
        var open = _at++;
        var negative = Peek(0) is '^' && _at < text.Length;
        _at += negative ? 1 : 0;
        var node = _stack.New(NodeKind.Class, _flags, open - start);
        var set = node.Runes = new RuneSet();
        var cleaned = 0;
        // A ] is itself where it stands first.
        for (var first = true; _at >= text.Length || text[_at] is not ']' || first; first = false)
        {
            if (ReadNamedClass(set) || ReadEscapedClass(set))
            {
                // A class that names the same group over and over stays as small as the group.
                if (set.Count > (2 * cleaned) + 8192)
                {
                    set.Clean();
                    cleaned = set.Count;
                }

                continue;
            }

            if (_fault is not null)
            {
                return;
            }

            var from = _at;
            var low = ReadClassRune(open);
            var high = low;
            if (low >= 0 && _at + 1 < text.Length && text[_at] is '-' && text[_at + 1] is not ']')
            {
                _at++;
                high = ReadClassRune(open);
            }

            if (_fault is not null)
            {
                return;
            }

            if (high < low)
            {
                Fail(Re2FaultCode.InvalidCharacterClassRange, from, _at);
                return;
            }

            if ((_flags & NodeFlags.FoldCase) != NodeFlags.None)
            {
                set.AddFolded(low, high);
            }
            else
            {
                set.AddRange(low, high);
            }
        }

        _at++;
        set.Clean();
        if (negative)
        {
            set.Negate();
        }

        _stack.Push(node, _flags);
    }

    private int ReadClassRune(int open)
    {
        if (_at >= text.Length)
        {
            Fail(Re2FaultCode.MissingBracket, open, text.Length);
            return -1;
        }

        return text[_at] is '\\' ? ReadEscape() : ReadRune();
    }

    /// <summary>Reads <c>[:alpha:]</c>. False with a fault for a name that no class has.</summary>
    private bool ReadNamedClass(RuneSet set)
    {
        if (Peek(0) is not '[' || Peek(1) is not ':' || _at + 2 >= text.Length)
        {
            return false;
        }

        var end = text.IndexOf(":]", _at + 2, StringComparison.Ordinal);
        if (end < 0)
        {
            return false;
        }

        var name = text.AsSpan(_at + 2, end - _at - 2);
        var negative = name is ['^', ..];
        if (PosixClass(negative ? name[1..] : name) is not { } ranges)
        {
            Fail(Re2FaultCode.InvalidCharacterClassRange, _at, end + 2);
            return false;
        }

        AddGroup(set, ranges, negative);
        _at = end + 2;
        return true;
    }

    /// <summary>Reads <c>\d</c>, <c>\pL</c>, <c>\p{Greek}</c> and their negations.</summary>
    private bool ReadEscapedClass(RuneSet set)
    {
        if (Peek(0) is not '\\')
        {
            return false;
        }

        var letter = Peek(1);
        if (letter is 'p' or 'P')
        {
            return ReadUnicodeClass(set, letter is 'P');
        }

        var ranges = char.ToLowerInvariant(letter) switch
        {
            'd' => Digits,
            's' => Spaces,
            'w' => Words,
            _ => null,
        };
        if (ranges is null || !char.IsAscii(letter))
        {
            return false;
        }

        AddGroup(set, ranges, char.IsAsciiLetterUpper(letter));
        _at += 2;
        return true;
    }

    private bool ReadUnicodeClass(RuneSet set, bool negative)
    {
        var from = _at;
        _at += 2;
        var nameStart = _at;
        if (ReadRune() is '{')
        {
            var close = text.IndexOf('}', from);
            if (close < 0)
            {
                Fail(Re2FaultCode.InvalidCharacterClassRange, from, text.Length);
                return false;
            }

            (nameStart, _at) = (nameStart + 1, close + 1);
        }

        var name = text[nameStart..(_at - (nameStart > from + 2 ? 1 : 0))];
        if (name is ['^', ..])
        {
            (name, negative) = (name[1..], !negative);
        }

        if (!UnicodeGroups.TryFind(name, (_flags & NodeFlags.FoldCase) != NodeFlags.None, out var ranges))
        {
            Fail(Re2FaultCode.InvalidCharacterClassRange, from, _at);
            return false;
        }

        Add(set, ranges, negative);
        return true;
    }

    private void AddGroup(RuneSet set, ReadOnlySpan<int> ranges, bool negative)
    {
        if ((_flags & NodeFlags.FoldCase) != NodeFlags.None)
        {
            var folded = new RuneSet(ranges.Length + 8);
            folded.AddFolded(ranges);
            folded.Clean();
            ranges = folded.Items;
        }

        Add(set, ranges, negative);
    }

    private static void Add(RuneSet set, ReadOnlySpan<int> ranges, bool negative)
    {
        if (negative)
        {
            set.AddNegated(ranges);
        }
        else
        {
            set.AddRanges(ranges);
        }
    }
}
