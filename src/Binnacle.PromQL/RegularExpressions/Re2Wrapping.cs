using System.Buffers;

namespace Binnacle.PromQL.RegularExpressions;

/// <summary>Reads an expression with what its use puts around it.</summary>
internal static class Re2Wrapping
{
    private const int MaxHeight = 1000;
    private static readonly SearchValues<char> Special = SearchValues.Create(@"\.+*?()[]{}^$");

    public static (Parsed? Parsed, Re2Fault? Fault) Read(string text, Re2Use use)
    {
        if (LoneSurrogate(text) is var lone and >= 0 && !(use is Re2Use.Matcher && IsPlain(text)))
        {
            var message = $"{Re2Fault.Words(Re2FaultCode.InvalidUtf8)}: half of a surrogate pair is no character";
            return (null, new Re2Fault(Re2FaultCode.InvalidUtf8, lone, lone + 1, message, ""));
        }

        return use is Re2Use.Matcher or Re2Use.Search ? ReadAlone(text, use) : ReadWrapped(text, use);
    }

    private static Re2Parser Alone(string text, Re2Use use) =>
        new(text, 0, text.Length, use is Re2Use.Matcher or Re2Use.Relabeling ? NodeFlags.DotNewline : NodeFlags.None);

    private static (Parsed?, Re2Fault?) ReadAlone(string text, Re2Use use)
    {
        var parser = Alone(text, use);
        var root = parser.Parse(out var fault);
        // A matcher is printed and read again between anchors: one level more unless it is a sequence already.
        if (root is { Height: >= MaxHeight } and not { Kind: NodeKind.Concat } && use is Re2Use.Matcher)
        {
            var message =
                $"{Re2Fault.Words(Re2FaultCode.NestsTooDeeply)}: more than 1000 levels of groups and repetitions";
            return (null, new Re2Fault(Re2FaultCode.NestsTooDeeply, 0, text.Length, message, ""));
        }

        return (root is null ? null : new Parsed(root, parser, use is Re2Use.Matcher), fault);
    }

    /// <summary>
    /// The anchors are text around text here, as they are in Prometheus: <c>a)|(?:b</c> is a relabelling's regular
    /// expression, <c>\Qa</c> is none.
    /// </summary>
    private static (Parsed?, Re2Fault?) ReadWrapped(string text, Re2Use use)
    {
        var before = use is Re2Use.Relabeling ? "^(?s:" : "^(?:";
        var parser = new Re2Parser($"{before}{text})$", before.Length, text.Length, NodeFlags.None);
        var root = parser.Parse(out var fault);
        if (root is not null)
        {
            return (WithoutAnchors(root, text.Length, parser), null);
        }

        // Read alone it tells better what is wrong: where the group begins that swallowed ours.
        _ = Alone(text, use).Parse(out var alone);
        if (alone is null && parser.OpenQuote is var quote and >= 0)
        {
            alone = new Re2Fault(
                Re2FaultCode.MissingParenthesis,
                quote,
                quote + 2,
                $@"{Re2Fault.Words(Re2FaultCode.MissingParenthesis)}: this \Q is never closed and swallows the end",
                @"close it with \E"
            );
        }

        return (null, alone ?? fault);
    }

    /// <summary>The user's part where nothing escaped from between the anchors; else the tree as it is.</summary>
    private static Parsed WithoutAnchors(Node root, int length, Re2Parser parser)
    {
        if (
            root
                is not {
                    Kind: NodeKind.Concat,
                    Children: [{ Kind: NodeKind.BeginText } first, .., { Kind: NodeKind.EndText } last]
                }
            || first.Offset >= 0
            || last.Offset <= length
        )
        {
            return new Parsed(root, parser, IsWhole: false);
        }

        root.Children.RemoveAt(root.Children.Count - 1);
        root.Children.RemoveAt(0);
        root.Kind = root.Children.Count == 0 ? NodeKind.Empty : NodeKind.Concat;
        root.Measure();
        return new Parsed(root.Children is [var only] ? only : root, parser, IsWhole: true);
    }

    /// <summary>Plain alternatives, which a matcher compares byte by byte without reading them as an expression.</summary>
    public static bool IsPlain(string text) => !text.AsSpan().ContainsAny(Special);

    private static int LoneSurrogate(string text)
    {
        for (var i = text.AsSpan().IndexOfAnyInRange('\ud800', '\udfff'); i >= 0 && i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>What was read.</summary>
    /// <param name="Root">The tree.</param>
    /// <param name="Parser">What read it, with groups and places.</param>
    /// <param name="IsWhole">Whether the tree stands between anchors that are not part of it.</param>
    internal sealed record Parsed(Node Root, Re2Parser Parser, bool IsWhole);
}
