using System.Text;
using LocalCluster.Schema;

namespace LocalCluster.Cel;

/// <summary>Functions of texts; indexes count characters, not UTF-16 units.</summary>
internal static class StringFunctions
{
    private static CelType S => CelType.String;

    /// <summary>Adds the functions.</summary>
    public static void AddTo(CelLibrary library)
    {
        library.Function<CelString>("size", S, CelType.Int, a => CelValue.Of((long)Length(a.Value)));
        library.Member<CelString>("size", S, CelType.Int, a => CelValue.Of((long)Length(a.Value)));
        library.Function<CelBytes>("size", CelType.Bytes, CelType.Int, a => CelValue.Of((long)a.Value.Length));
        library.Member<CelBytes>("size", CelType.Bytes, CelType.Int, a => CelValue.Of((long)a.Value.Length));
        library.Member<CelString, CelString>(
            "startsWith",
            S,
            S,
            CelType.Bool,
            (a, b) => CelValue.Of(a.Value.StartsWith(b.Value, StringComparison.Ordinal))
        );
        library.Member<CelString, CelString>(
            "endsWith",
            S,
            S,
            CelType.Bool,
            (a, b) => CelValue.Of(a.Value.EndsWith(b.Value, StringComparison.Ordinal))
        );
        library.Member<CelString, CelString>(
            "contains",
            S,
            S,
            CelType.Bool,
            (a, b) => CelValue.Of(a.Value.Contains(b.Value, StringComparison.Ordinal))
        );
        library.Member<CelString, CelString>("matches", S, S, CelType.Bool, Matches);
        library.Function<CelString, CelString>("matches", S, S, CelType.Bool, Matches);
        library.Member<CelString>("lowerAscii", S, S, a => CelValue.Of(MapAscii(a.Value, char.ToLowerInvariant)));
        library.Member<CelString>("upperAscii", S, S, a => CelValue.Of(MapAscii(a.Value, char.ToUpperInvariant)));
        library.Member<CelString>("trim", S, S, a => CelValue.Of(a.Value.Trim()));
        library.Function<CelString>("strings.quote", S, S, a => CelValue.Of(FieldError.Quote(a.Value)));
        library.Member<CelString, CelInt>("charAt", S, CelType.Int, S, CharAt);
        library.Member<CelString, CelString>("indexOf", S, S, CelType.Int, (a, b) => IndexOf(a.Value, b.Value, 0));
        library.Member<CelString, CelString, CelInt>(
            "indexOf",
            S,
            S,
            CelType.Int,
            CelType.Int,
            (a, b, at) => IndexOf(a.Value, b.Value, at.Value)
        );
        library.Member<CelString, CelString>(
            "lastIndexOf",
            S,
            S,
            CelType.Int,
            (a, b) => LastIndexOf(a.Value, b.Value, Length(a.Value))
        );
        library.Member<CelString, CelString, CelInt>(
            "lastIndexOf",
            S,
            S,
            CelType.Int,
            CelType.Int,
            (a, b, at) =>
                at.Value < 0 || at.Value > Length(a.Value)
                    ? OutOfRange(at.Value)
                    : LastIndexOf(a.Value, b.Value, at.Value)
        );
        library.Member<CelString, CelString, CelString>(
            "replace",
            S,
            S,
            S,
            S,
            (a, b, c) => CelValue.Of(Replace(a.Value, b.Value, c.Value, -1))
        );
        library.Add(
            "replace",
            isMember: true,
            [S, S, S, CelType.Int],
            S,
            a => CelValue.Of(Replace(Text(a[0]), Text(a[1]), Text(a[2]), ((CelInt)a[3]).Value))
        );
        library.Member<CelString, CelString>("split", S, S, CelType.List(S), (a, b) => Split(a.Value, b.Value, -1));
        library.Member<CelString, CelString, CelInt>(
            "split",
            S,
            S,
            CelType.Int,
            CelType.List(S),
            (a, b, c) => Split(a.Value, b.Value, c.Value)
        );
        library.Member<CelString, CelInt>(
            "substring",
            S,
            CelType.Int,
            S,
            (a, from) =>
                from.Value < 0 || from.Value > Length(a.Value)
                    ? OutOfRange(from.Value)
                    : Substring(a.Value, from.Value, Length(a.Value))
        );
        library.Member<CelString, CelInt, CelInt>(
            "substring",
            S,
            CelType.Int,
            CelType.Int,
            S,
            (a, from, to) => Substring(a.Value, from.Value, to.Value)
        );
        library.Member<CelList>("join", CelType.List(S), S, list => Join(list, ""));
        library.Member<CelList, CelString>(
            "join",
            CelType.List(S),
            S,
            S,
            (list, separator) => Join(list, separator.Value)
        );
        library.Member<CelString, CelString>("find", S, S, S, (a, b) => Find(a.Value, b.Value));
        library.Member<CelString, CelString>("findAll", S, S, CelType.List(S), (a, b) => FindAll(a.Value, b.Value, -1));
        library.Member<CelString, CelString, CelInt>(
            "findAll",
            S,
            S,
            CelType.Int,
            CelType.List(S),
            (a, b, n) => FindAll(a.Value, b.Value, n.Value)
        );
    }

    private static string Text(CelValue value) => ((CelString)value).Value;

    private static int Length(string text) => text.EnumerateRunes().Count();

    private static CelError OutOfRange(long index) => new($"index out of range: {index}");

    private static string MapAscii(string text, Func<char, char> map) =>
        string.Concat(text.Select(c => char.IsAscii(c) ? map(c) : c));

    private static CelValue Matches(CelString text, CelString pattern)
    {
        try
        {
            return CelValue.Of(Re2Pattern.Compile(pattern.Value).IsMatch(text.Value));
        }
        catch (FormatException e)
        {
            return new CelError(e.Message);
        }
    }

    private static CelValue Find(string text, string pattern)
    {
        try
        {
            return CelValue.Of(Re2Pattern.Compile(pattern).Matches(text).FirstOrDefault() ?? "");
        }
        catch (FormatException e)
        {
            return new CelError($"Illegal regex: {e.Message}");
        }
    }

    private static CelValue FindAll(string text, string pattern, long most)
    {
        try
        {
            var matches = Re2Pattern.Compile(pattern).Matches(text);
            return new CelList([
                .. (most < 0 ? matches : matches.Take((int)Math.Min(most, int.MaxValue))).Select(CelValue.Of),
            ]);
        }
        catch (FormatException e)
        {
            return new CelError($"Illegal regex: {e.Message}");
        }
    }

    private static CelValue CharAt(CelString text, CelInt at)
    {
        var runes = text.Value.EnumerateRunes().ToList();
        return at.Value < 0 || at.Value > runes.Count ? OutOfRange(at.Value)
            : at.Value == runes.Count ? CelValue.Of("")
            : CelValue.Of(runes[(int)at.Value].ToString());
    }

    private static CelValue IndexOf(string text, string part, long from)
    {
        var runes = text.EnumerateRunes().ToArray();
        if (from < 0)
        {
            return OutOfRange(from);
        }
        if (part.Length > 0 && from >= runes.Length)
        {
            return CelValue.Of(-1L);
        }
        var wanted = part.EnumerateRunes().ToArray();
        for (var i = (int)from; i + wanted.Length <= runes.Length; i++)
        {
            if (runes.AsSpan(i, wanted.Length).SequenceEqual(wanted))
            {
                return CelValue.Of((long)i);
            }
        }
        return CelValue.Of(-1L);
    }

    private static CelValue LastIndexOf(string text, string part, long from)
    {
        var runes = text.EnumerateRunes().ToArray();
        var wanted = part.EnumerateRunes().ToArray();
        for (var i = (int)Math.Min(from, runes.Length - wanted.Length); i >= 0; i--)
        {
            if (runes.AsSpan(i, wanted.Length).SequenceEqual(wanted))
            {
                return CelValue.Of((long)i);
            }
        }
        return CelValue.Of(-1L);
    }

    private static string Replace(string text, string old, string with, long most)
    {
        if (most == 0)
        {
            return text;
        }
        var result = new StringBuilder();
        var at = 0;
        for (long count = 0; most < 0 || count < most; count++)
        {
            var next = text.IndexOf(old, at, StringComparison.Ordinal);
            if (next < 0 || (old.Length == 0 && next >= text.Length))
            {
                if (old.Length == 0)
                {
                    result.Append(with);
                }
                break;
            }
            result.Append(text, at, next - at).Append(with);
            at = next + old.Length;
            if (old.Length == 0)
            {
                result.Append(text[at++]);
            }
        }
        return result.Append(text, at, text.Length - at).ToString();
    }

    private static CelList Split(string text, string separator, long most)
    {
        if (most == 0)
        {
            return new CelList([]);
        }
        IEnumerable<string> parts =
            separator.Length == 0 ? text.EnumerateRunes().Select(r => r.ToString())
            : most < 0 ? text.Split(separator)
            : text.Split(separator, (int)Math.Min(most, int.MaxValue));
        return new CelList([.. parts.Select(CelValue.Of)]);
    }

    private static CelValue Substring(string text, long from, long to)
    {
        var runes = text.EnumerateRunes().ToList();
        if (from > to)
        {
            return new CelError($"invalid substring range. start: {from}, end: {to}");
        }
        if (from < 0 || from > runes.Count)
        {
            return OutOfRange(from);
        }
        if (to < 0 || to > runes.Count)
        {
            return OutOfRange(to);
        }
        return CelValue.Of(string.Concat(runes.Skip((int)from).Take((int)(to - from))));
    }

    private static CelValue Join(CelList list, string separator) =>
        list.Items.All(item => item is CelString)
            ? CelValue.Of(string.Join(separator, list.Items.Select(Text)))
            : CelError.NoOverload;
}
