namespace Binnacle.PromQL.RegularExpressions;

/// <content>What a backslash begins.</content>
internal sealed partial class Re2Parser
{
    private void ReadBackslash()
    {
        switch (Peek(1))
        {
            case 'A':
                Operator(NodeKind.BeginText, 2);
                return;
            case 'b':
                Operator(NodeKind.WordBoundary, 2);
                return;
            case 'B':
                Operator(NodeKind.NoWordBoundary, 2);
                return;
            case 'z':
                Operator(NodeKind.EndText, 2);
                return;
            case 'Q':
                ReadQuoted();
                return;
        }

        if (Peek(1) is 'p' or 'P' or 'd' or 'D' or 's' or 'S' or 'w' or 'W')
        {
            var node = _stack.New(NodeKind.Class, _flags, _at - start);
            node.Runes = new RuneSet(8);
            if (ReadEscapedClass(node.Runes))
            {
                _stack.Push(node, _flags);
            }

            return;
        }

        var from = _at;
        var rune = ReadEscape();
        if (_fault is null)
        {
            Literal(rune, from - start);
        }
    }

    /// <summary>Reads <c>\Q…\E</c>, or all the rest without <c>\E</c>.</summary>
    private void ReadQuoted()
    {
        var from = _at;
        var close = text.IndexOf(@"\E", _at + 2, StringComparison.Ordinal);
        var end = close < 0 ? text.Length : close;
        OpenQuote = close < 0 ? from - start : OpenQuote;
        _at += 2;
        while (_at < end)
        {
            var offset = _at - start;
            Literal(ReadRune(), offset);
        }

        _at = close < 0 ? end : close + 2;
    }

    /// <summary>Reads an escaped character; -1 with a fault.</summary>
    private int ReadEscape()
    {
        var from = _at++;
        if (_at >= text.Length)
        {
            Fail(Re2FaultCode.TrailingBackslash, from, text.Length);
            return -1;
        }

        var rune = ReadRune();
        switch (rune)
        {
            // One digit alone would be a back reference.
            case >= '1' and <= '7' when Peek(0) is not (>= '0' and <= '7'):
                break;
            case >= '0' and <= '7':
                rune -= '0';
                for (var i = 1; i < 3 && Peek(0) is >= '0' and <= '7'; i++)
                {
                    rune = (rune * 8) + text[_at++] - '0';
                }

                return rune;
            case 'x':
                if (ReadHex() is var hex and >= 0)
                {
                    return hex;
                }

                break;
            case 'a':
                return '\a';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'v':
                return '\v';
            case < 128 when !char.IsAsciiLetterOrDigit((char)rune):
                return rune;
        }

        Fail(Re2FaultCode.InvalidEscape, from, Math.Min(_at, text.Length));
        return -1;
    }

    /// <summary>Two digits, or any number of them in braces; -1 when it is neither.</summary>
    private int ReadHex()
    {
        var first = ReadRune();
        if (first is not '{')
        {
            var (high, low) = (HexDigit(first), HexDigit(ReadRune()));
            return high < 0 || low < 0 ? -1 : (high * 16) + low;
        }

        var value = 0;
        for (var digits = 0; ; digits++)
        {
            var next = ReadRune();
            if (next is '}')
            {
                return digits == 0 ? -1 : value;
            }

            var digit = HexDigit(next);
            value = (value * 16) + digit;
            if (digit < 0 || value > RuneSet.MaxRune)
            {
                return -1;
            }
        }
    }

    private static int HexDigit(int rune) =>
        rune switch
        {
            >= '0' and <= '9' => rune - '0',
            >= 'a' and <= 'f' => rune - 'a' + 10,
            >= 'A' and <= 'F' => rune - 'A' + 10,
            _ => -1,
        };
}
