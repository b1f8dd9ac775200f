namespace Binnacle.PromQL.Lexing;

/// <summary>
/// Where a number or a duration ends. A port of <c>scanNumber</c> and <c>acceptRemainingDuration</c> of Prometheus's
/// lexer with its edges, since they decide what is one token: <c>0x1F</c>, <c>1e-3</c>, <c>.5</c>, <c>1_000</c>, <c>1h30m</c>.
/// </summary>
internal static class NumberScanner
{
    private const string Decimal = "0123456789";
    private const string Hexadecimal = "0123456789abcdefABCDEF";

    /// <summary>False where no number stands; <paramref name="length"/> is then how far the scan came, where a unit may follow.</summary>
    public static bool TryNumber(ReadOnlySpan<char> text, out int length)
    {
        var cursor = new Cursor(text);
        var digits = Decimal;
        if (cursor.Accept("0") && cursor.Accept("xX"))
        {
            cursor.Accept("_");
            digits = Hexadecimal;
        }

        var complete = ScanDigits(ref cursor, digits);
        length = cursor.Position;
        return complete && length > 0 && !Lexer.IsAlphanumeric(cursor.Current);
    }

    private static bool ScanDigits(ref Cursor cursor, string digits)
    {
        cursor.Accept(".");
        cursor.Accept(digits);
        var dot = false;
        var exponent = false;
        while (!cursor.AtEnd && (digits.Contains(cursor.Current) || cursor.Current is '.' or '_' or 'e' or 'E'))
        {
            if ((cursor.Current is '.' && dot) || (cursor.Current is 'e' or 'E' && exponent))
            {
                cursor.Position++;
                return false;
            }

            if (cursor.Accept("."))
            {
                dot = true;
                if (cursor.Accept("_.") || digits.Length > 10)
                {
                    return false;
                }
            }
            else if (cursor.Accept("eE"))
            {
                exponent = true;
                cursor.Accept("+-");
                if (cursor.Accept("._eE") || cursor.AtEnd)
                {
                    return false;
                }
            }
            else if (cursor.Accept("_"))
            {
                if (cursor.Accept("._eE") || cursor.AtEnd)
                {
                    return false;
                }
            }
            else
            {
                while (cursor.Accept(digits)) { }
            }
        }

        return true;
    }

    /// <summary>Continues at <paramref name="from"/>, behind the first digits. Order and size of the units are not looked at here.</summary>
    public static bool TryDuration(ReadOnlySpan<char> text, int from, out int length)
    {
        var cursor = new Cursor(text) { Position = from };
        length = from;
        if (!cursor.Accept("smhdwy"))
        {
            return false;
        }

        cursor.Accept("s");
        while (cursor.Accept(Decimal))
        {
            while (cursor.Accept(Decimal)) { }

            if (!cursor.Accept("smhdw"))
            {
                return false;
            }

            cursor.Accept("s");
        }

        length = cursor.Position;
        return cursor.AtEnd || !Lexer.IsAlphanumeric(cursor.Current);
    }

    private ref struct Cursor(ReadOnlySpan<char> text)
    {
        private readonly ReadOnlySpan<char> _text = text;

        public int Position { get; set; }

        public readonly bool AtEnd => Position >= _text.Length;

        public readonly char Current => AtEnd ? '\0' : _text[Position];

        public bool Accept(string set)
        {
            if (AtEnd || !set.Contains(_text[Position]))
            {
                return false;
            }

            Position++;
            return true;
        }
    }
}
