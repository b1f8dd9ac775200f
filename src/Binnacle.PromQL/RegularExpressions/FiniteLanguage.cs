using System.Text;

namespace Binnacle.PromQL.RegularExpressions;

/// <summary>All the texts that an expression matches in full, where they are few.</summary>
internal static class FiniteLanguage
{
    private static readonly List<string> OnlyEmpty = [""];

    /// <summary>Null where they are more than the limit, or where an assertion decides.</summary>
    public static List<string>? Of(Node node, int limit)
    {
        switch (node.Kind)
        {
            case NodeKind.NoMatch:
                return [];
            case NodeKind.Empty:
                return OnlyEmpty;
            case NodeKind.Literal:
                return OfText(node, limit);
            case NodeKind.Class:
                return OfClass(node.Runes!.Items, limit);
            case NodeKind.Capture:
                return Of(node.Children[0], limit);
            case NodeKind.Optional:
                return Of(node.Children[0], limit) is { } part && part.Count < limit ? [.. part, ""] : null;
            case NodeKind.Repeat when node.Maximum >= 0:
                return OfRepeat(node, limit);
            case NodeKind.Concat:
                return OfConcat(node, limit);
            case NodeKind.Alternate:
                var all = new List<string>();
                foreach (var child in node.Children)
                {
                    if (Of(child, limit) is not { } texts || all.Count + texts.Count > limit)
                    {
                        return null;
                    }

                    all.AddRange(texts);
                }

                return all;
            default:
                return null;
        }
    }

    private static List<string>? OfText(Node literal, int limit)
    {
        if (!Re2Facts.FoldsAny(literal))
        {
            return [Re2Facts.Text(literal)];
        }

        var texts = OnlyEmpty;
        foreach (var rune in literal.Runes!.Items)
        {
            var ring = new RuneSet();
            ring.AddFolded(rune, rune);
            texts = OfClass(ring.Items, limit) is { } cases ? Product(texts, cases, limit) : null;
            if (texts is null)
            {
                return null;
            }
        }

        return texts;
    }

    private static List<string>? OfClass(ReadOnlySpan<int> ranges, int limit)
    {
        var count = 0L;
        for (var i = 0; i < ranges.Length; i += 2)
        {
            count += ranges[i + 1] - ranges[i] + 1;
        }

        if (count > limit)
        {
            return null;
        }

        var texts = new List<string>((int)count);
        for (var i = 0; i < ranges.Length; i += 2)
        {
            for (var rune = ranges[i]; rune <= ranges[i + 1]; rune++)
            {
                texts.Add(Re2Facts.Append(new StringBuilder(), rune).ToString());
            }
        }

        return texts;
    }

    private static List<string>? OfRepeat(Node node, int limit)
    {
        if (Of(node.Children[0], limit) is not { } part)
        {
            return null;
        }

        var all = new List<string>();
        var texts = OnlyEmpty;
        for (var count = 0; count <= node.Maximum; count++)
        {
            if (count >= node.Minimum)
            {
                all.AddRange(texts);
            }

            if (all.Count > limit)
            {
                return null;
            }

            if (count < node.Maximum)
            {
                if (Product(texts, part, limit) is not { } longer)
                {
                    return null;
                }

                texts = longer;
            }
        }

        return all;
    }

    private static List<string>? OfConcat(Node node, int limit)
    {
        var texts = OnlyEmpty;
        for (var i = 0; i < node.Children.Count; i++)
        {
            // An anchor at its end of the whole text changes nothing: that is for the caller to know.
            if (Of(node.Children[i], limit) is not { } next || Product(texts, next, limit) is not { } longer)
            {
                return null;
            }

            texts = longer;
        }

        return texts;
    }

    private static List<string>? Product(List<string> left, List<string> right, int limit)
    {
        if ((long)left.Count * right.Count > limit)
        {
            return null;
        }

        var texts = new List<string>(left.Count * right.Count);
        foreach (var first in left)
        {
            texts.AddRange(right.Select(second => first + second));
        }

        return texts;
    }
}
