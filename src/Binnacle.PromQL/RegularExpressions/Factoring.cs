using System.Runtime.InteropServices;

namespace Binnacle.PromQL.RegularExpressions;

/// <summary>
/// Takes what alternatives begin with alike out of them: <c>ABC|ABD|AEF</c> becomes <c>A(?:B[CD]|EF)</c>. What it leaves
/// matches the same, in the same order.
/// </summary>
internal readonly struct Factoring(NodeStack stack)
{
    public void Factor(List<Node> alternatives)
    {
        if (alternatives.Count < 2 || stack.Broken is not null)
        {
            return;
        }

        FactorText(alternatives);
        FactorFirst(alternatives);
        MergeRunes(alternatives);
        DropRepeatedEmpty(alternatives);
    }

    /// <summary>Common literal text.</summary>
    private void FactorText(List<Node> alternatives)
    {
        var written = 0;
        var start = 0;
        // How much of the first alternative's text the run from start on has in common.
        var (length, folds) = LeadingLength(alternatives[0]);
        for (var i = 1; i <= alternatives.Count; i++)
        {
            var (nextLength, nextFolds) = i < alternatives.Count ? LeadingLength(alternatives[i]) : (0, false);
            if (i < alternatives.Count && nextFolds == folds)
            {
                var same = Leading(alternatives[start], length)
                    .CommonPrefixLength(Leading(alternatives[i], nextLength));
                if (same > 0)
                {
                    length = same;
                    continue;
                }
            }

            if (i == start + 1)
            {
                alternatives[written++] = alternatives[start];
            }
            else
            {
                var prefix = stack.New(NodeKind.Literal, folds ? NodeFlags.FoldCase : NodeFlags.None);
                prefix.Runes!.Add(Leading(alternatives[start], length));
                prefix.Measure();
                var rest = alternatives.GetRange(start, i - start);
                for (var j = 0; j < rest.Count; j++)
                {
                    rest[j] = WithoutText(rest[j], length);
                    stack.Check(rest[j]);
                }

                alternatives[written++] = Joined(prefix, stack.Collapse(rest, NodeKind.Alternate));
            }

            (start, length, folds) = (i, nextLength, nextFolds);
        }

        CollectionsMarshal.SetCount(alternatives, written);
    }

    /// <summary>A common first part of one character: more than that could merge paths that must stay apart.</summary>
    private void FactorFirst(List<Node> alternatives)
    {
        var written = 0;
        var start = 0;
        var first = LeadingPart(alternatives[0]);
        for (var i = 1; i <= alternatives.Count; i++)
        {
            var next = i < alternatives.Count ? LeadingPart(alternatives[i]) : null;
            if (first is not null && next is not null && IsFixed(first) && first.SameAs(next))
            {
                continue;
            }

            if (i == start + 1)
            {
                alternatives[written++] = alternatives[start];
            }
            else
            {
                var rest = alternatives.GetRange(start, i - start);
                for (var j = 0; j < rest.Count; j++)
                {
                    rest[j] = WithoutFirst(rest[j], release: j > 0);
                    stack.Check(rest[j]);
                }

                alternatives[written++] = Joined(first!, stack.Collapse(rest, NodeKind.Alternate));
            }

            (start, first) = (i, next);
        }

        CollectionsMarshal.SetCount(alternatives, written);
    }

    /// <summary>Single characters side by side become one class.</summary>
    private void MergeRunes(List<Node> alternatives)
    {
        var written = 0;
        for (var i = 0; i < alternatives.Count; )
        {
            var end = i;
            while (end < alternatives.Count && alternatives[end].IsOneRune)
            {
                end++;
            }

            if (end - i < 2)
            {
                alternatives[written++] = alternatives[i++];
                continue;
            }

            // The richest takes up the others.
            var richest = i;
            for (var j = i + 1; j < end; j++)
            {
                var (most, other) = (alternatives[richest], alternatives[j]);
                if (
                    most.Kind < other.Kind
                    || (most.Kind == other.Kind && (most.Runes?.Count ?? 0) < (other.Runes?.Count ?? 0))
                )
                {
                    richest = j;
                }
            }

            (alternatives[i], alternatives[richest]) = (alternatives[richest], alternatives[i]);
            for (var j = i + 1; j < end; j++)
            {
                NodeStack.Merge(alternatives[i], alternatives[j]);
                stack.Release(alternatives[j]);
            }

            NodeStack.Tidy(alternatives[i]);
            alternatives[written++] = alternatives[i];
            i = end;
        }

        CollectionsMarshal.SetCount(alternatives, written);
    }

    private static void DropRepeatedEmpty(List<Node> alternatives)
    {
        var written = 0;
        for (var i = 0; i < alternatives.Count; i++)
        {
            var repeated =
                alternatives[i].Kind is NodeKind.Empty
                && i + 1 < alternatives.Count
                && alternatives[i + 1].Kind is NodeKind.Empty;
            if (!repeated)
            {
                alternatives[written++] = alternatives[i];
            }
        }

        CollectionsMarshal.SetCount(alternatives, written);
    }

    private Node Joined(Node first, Node rest)
    {
        var node = stack.New(NodeKind.Concat);
        node.Children.Add(first);
        node.Children.Add(rest);
        node.Measure();
        return node;
    }

    private static Node LeadingNode(Node node) =>
        node is { Kind: NodeKind.Concat, Children: [var first, ..] } ? first : node;

    private static (int Length, bool Folds) LeadingLength(Node node) =>
        LeadingNode(node) is { Kind: NodeKind.Literal } literal ? (literal.Runes!.Count, literal.Folds) : (0, false);

    private static ReadOnlySpan<int> Leading(Node node, int length) =>
        length == 0 ? [] : LeadingNode(node).Runes!.Items[..length];

    private static Node? LeadingPart(Node node) => LeadingNode(node) is { Kind: not NodeKind.Empty } part ? part : null;

    private static bool IsFixed(Node node) =>
        node.IsOneRune
        || (
            node is { Kind: NodeKind.Repeat, Children: [var repeated] }
            && node.Minimum == node.Maximum
            && repeated.IsOneRune
        );

    private Node WithoutText(Node node, int length)
    {
        if (node is { Kind: NodeKind.Concat, Children: [var first, ..] })
        {
            var rest = WithoutText(first, length);
            node.Children[0] = rest;
            if (rest.Kind is NodeKind.Empty)
            {
                stack.Release(rest);
                return WithoutFirst(node, release: false);
            }

            node.Measure();
            return node;
        }

        if (node.Kind is NodeKind.Literal)
        {
            node.Runes!.RemoveFirst(length);
            if (node.Runes.Count == 0)
            {
                node.Kind = NodeKind.Empty;
            }

            node.Measure();
        }

        return node;
    }

    private Node WithoutFirst(Node node, bool release)
    {
        if (node is not { Kind: NodeKind.Concat, Children: [var first, ..] })
        {
            if (release)
            {
                stack.Release(node);
            }

            return stack.New(NodeKind.Empty);
        }

        if (release)
        {
            stack.Release(first);
        }

        node.Children.RemoveAt(0);
        if (node.Children is [var only])
        {
            stack.Release(node);
            return only;
        }

        node.Measure();
        return node;
    }
}
