using System.Runtime.InteropServices;

namespace Binnacle.PromQL.RegularExpressions;

/// <summary>
/// The stack on which the parser builds the tree. Literals grow, single characters between bars become a class, common
/// prefixes of alternatives are taken out: the same steps as Go's parser takes, because its limits (height, size) are
/// defined on the tree that these leave.
/// </summary>
internal sealed class NodeStack
{
    private const int MaxHeight = 1000;
    private const long MaxSize = (128 << 20) / 40;

    /// <summary>
    /// Runes of all nodes together. Those of classes count eightfold here, so that a hostile pattern takes 16 MiB where Go
    /// would give it 128.
    /// </summary>
    private const int MaxRunes = (128 << 20) / 4;
    private const int ClassWeight = 8;

    private readonly List<Node> _nodes = new(8);
    private readonly List<Node> _free = new(4);
    private long _allocated;
    private long _runes;
    private long _repeats = 1;
    private bool _sizing;

    /// <summary>The limit that was broken, if any.</summary>
    public Re2FaultCode? Broken { get; private set; }

    public int Count => _nodes.Count;

    public Node? Top => _nodes.Count == 0 ? null : _nodes[^1];

    /// <summary>The innermost group that is still open.</summary>
    public Node? OpenGroup => _nodes.FindLast(node => node.Kind is NodeKind.OpenGroup);

    public Node New(NodeKind kind, NodeFlags flags = NodeFlags.None, int offset = 0)
    {
        Node node;
        if (_free.Count > 0)
        {
            node = _free[^1];
            _free.RemoveAt(_free.Count - 1);
        }
        else
        {
            node = new Node();
            _allocated++;
        }

        node.Reset(kind);
        node.Flags = flags;
        node.Offset = offset;
        return node;
    }

    public void Release(Node node) => _free.Add(node);

    /// <summary>Pushes a literal of one rune.</summary>
    public void PushLiteral(int rune, NodeFlags flags, int offset)
    {
        var node = New(NodeKind.Literal, flags, offset);
        node.Runes!.Add((flags & NodeFlags.FoldCase) != NodeFlags.None ? CaseFolding.Least(rune) : rune);
        Push(node);
    }

    public void Push(Node node, NodeFlags flags = NodeFlags.None)
    {
        _runes += (long)(node.Runes?.Count ?? 0) * (node.Kind is NodeKind.Class ? ClassWeight : 1);
        if (node.Kind is NodeKind.Class && AsLiteral(node.Runes!.Items) is var (rune, folds) && rune >= 0)
        {
            flags = folds ? flags | NodeFlags.FoldCase : flags & ~NodeFlags.FoldCase;
            if (Grow(rune, flags))
            {
                return;
            }

            node.Kind = NodeKind.Literal;
            node.Runes.Set(rune);
            node.Flags = flags;
            node.Measure();
        }
        else
        {
            Grow();
        }

        _nodes.Add(node);
        Check(node);
    }

    /// <summary>Replaces the top by its repetition.</summary>
    public Node Repeat(NodeKind kind, int minimum, int maximum, NodeFlags flags, int offset)
    {
        var node = New(kind, flags, offset);
        (node.Minimum, node.Maximum) = (minimum, maximum);
        node.Children.Add(_nodes[^1]);
        node.Measure();
        _nodes[^1] = node;
        Check(node);
        return node;
    }

    /// <summary>Joins everything above the last bar or group.</summary>
    public void Concat()
    {
        Grow();
        if (HasOnePart())
        {
            Push(Pop());
            return;
        }

        var parts = TakeParts();
        Push(parts.Count == 0 ? New(NodeKind.Empty) : Collapse(parts, NodeKind.Concat));
    }

    /// <summary>Joins everything above the last group as alternatives.</summary>
    public void Alternate()
    {
        if (HasOnePart())
        {
            Tidy(_nodes[^1]);
            Push(Pop());
            return;
        }

        var parts = TakeParts();
        if (parts.Count > 0)
        {
            Tidy(parts[^1]);
        }

        Push(parts.Count == 0 ? New(NodeKind.NoMatch) : Collapse(parts, NodeKind.Alternate));
    }

    /// <summary>Handles a bar.</summary>
    public void Bar(int offset)
    {
        Concat();
        if (!SwapBar())
        {
            Push(New(NodeKind.Bar, offset: offset));
        }
    }

    /// <summary>Ends a group's or the whole text's alternatives: one node remains above the open group.</summary>
    public void Close()
    {
        Concat();
        if (SwapBar())
        {
            Pop();
        }

        Alternate();
    }

    public Node Pop()
    {
        var node = _nodes[^1];
        _nodes.RemoveAt(_nodes.Count - 1);
        return node;
    }

    /// <summary>One node out of several, never a concatenation in a concatenation nor alternatives in alternatives.</summary>
    public Node Collapse(List<Node> parts, NodeKind kind)
    {
        if (parts.Count == 1)
        {
            return parts[0];
        }

        var node = New(kind);
        foreach (var part in parts)
        {
            if (part.Kind == kind)
            {
                node.Children.AddRange(part.Children);
                Release(part);
            }
            else
            {
                node.Children.Add(part);
            }
        }

        if (kind is NodeKind.Alternate)
        {
            new Factoring(this).Factor(node.Children);
            if (node.Children is [var only])
            {
                Release(node);
                return only;
            }
        }

        node.Measure();
        return node;
    }

    public void Check(Node node)
    {
        if (_runes > MaxRunes)
        {
            Broken ??= Re2FaultCode.TooLarge;
        }

        CheckSize(node);
        if (_allocated >= MaxHeight && node.Height > MaxHeight)
        {
            Broken ??= Re2FaultCode.NestsTooDeeply;
        }
    }

    /// <summary>Replaces a class of everything, or of everything but line feeds, by what stands for it.</summary>
    public static void Tidy(Node node)
    {
        if (node.Kind is not NodeKind.Class)
        {
            return;
        }

        node.Runes!.Clean();
        switch (node.Runes.Items)
        {
            case [0, RuneSet.MaxRune]:
                (node.Kind, node.Runes) = (NodeKind.Any, null);
                break;
            case [0, '\n' - 1, '\n' + 1, RuneSet.MaxRune]:
                (node.Kind, node.Runes) = (NodeKind.AnyButNewline, null);
                break;
        }
    }

    /// <summary>Takes the simpler of two sets of characters up into the richer.</summary>
    public static void Merge(Node into, Node from)
    {
        switch (into.Kind)
        {
            case NodeKind.AnyButNewline when Holds(from, '\n'):
                into.Kind = NodeKind.Any;
                break;
            case NodeKind.Class when from.Kind is NodeKind.Literal:
                AddLiteral(into.Runes!, from.Runes![0], from.Folds);
                break;
            case NodeKind.Class:
                into.Runes!.AddRanges(from.Runes!.Items);
                break;
            case NodeKind.Literal when into.Runes![0] != from.Runes![0] || into.Flags != from.Flags:
                var rune = into.Runes[0];
                into.Kind = NodeKind.Class;
                into.Runes.Clear();
                AddLiteral(into.Runes, rune, into.Folds);
                AddLiteral(into.Runes, from.Runes[0], from.Folds);
                break;
        }
    }

    private static void AddLiteral(RuneSet set, int rune, bool folds)
    {
        if (folds)
        {
            set.AddFolded(rune, rune);
        }
        else
        {
            set.AddRange(rune, rune);
        }
    }

    private static bool Holds(Node node, int rune) =>
        node.Kind switch
        {
            NodeKind.Literal => node.Runes![0] == rune,
            NodeKind.Class => node.Runes!.Contains(rune),
            NodeKind.AnyButNewline => rune != '\n',
            _ => true,
        };

    /// <summary>The rune that a class stands for, also one rune in both its cases; -1 for all other classes.</summary>
    private static (int Rune, bool Folds) AsLiteral(ReadOnlySpan<int> ranges) =>
        ranges switch
        {
            [var low, var high] when low == high => (low, false),
            [var low, var high] when low + 1 == high && IsPair(low, high) => (low, true),
            [var low, var high, var low2, var high2] when low == high && low2 == high2 && IsPair(low, low2) => (
                low,
                true
            ),
            _ => (-1, false),
        };

    private static bool IsPair(int left, int right) =>
        CaseFolding.Next(left) == right && CaseFolding.Next(right) == left;

    private void CheckSize(Node node)
    {
        if (!_sizing)
        {
            if (node.Kind is NodeKind.Repeat)
            {
                var count = Math.Max(1, node.Maximum == -1 ? node.Minimum : node.Maximum);
                _repeats = count > MaxSize / _repeats ? MaxSize : _repeats * count;
            }

            if (_allocated < MaxSize / _repeats)
            {
                return;
            }

            _sizing = true;
            foreach (var below in _nodes)
            {
                CheckSize(below);
            }
        }

        if (node.Size > MaxSize)
        {
            Broken ??= Re2FaultCode.TooLarge;
        }
    }

    /// <summary>Whether a single element stands above the last bar or group, as most often.</summary>
    private bool HasOnePart() => _nodes.Count > 0 && !_nodes[^1].IsPseudo && (_nodes.Count == 1 || _nodes[^2].IsPseudo);

    private List<Node> TakeParts()
    {
        var first = _nodes.Count;
        while (first > 0 && !_nodes[first - 1].IsPseudo)
        {
            first--;
        }

        var parts = _nodes.GetRange(first, _nodes.Count - first);
        CollectionsMarshal.SetCount(_nodes, first);
        return parts;
    }

    /// <summary>
    /// Appends the topmost literal to the one below: nothing can repeat it any more. With a rune, the node that becomes
    /// free takes it; says whether one did.
    /// </summary>
    private bool Grow(int rune = -1, NodeFlags flags = NodeFlags.None)
    {
        if (
            _nodes.Count < 2
            || _nodes[^1] is not { Kind: NodeKind.Literal } last
            || _nodes[^2] is not { Kind: NodeKind.Literal } before
            || last.Folds != before.Folds
        )
        {
            return false;
        }

        before.Runes!.Add(last.Runes!.Items);
        before.Measure();
        if (rune >= 0)
        {
            last.Runes.Set(rune);
            last.Flags = flags;
            last.Measure();
            return true;
        }

        Pop();
        Release(last);
        return false;
    }

    /// <summary>
    /// Puts a bar that lies under the top element above it, so that alternatives gather below the bar; two single
    /// characters become one class. Says whether there was a bar.
    /// </summary>
    private bool SwapBar()
    {
        var count = _nodes.Count;
        if (count < 2 || _nodes[count - 2].Kind is not NodeKind.Bar)
        {
            return false;
        }

        if (count >= 3 && _nodes[count - 1].IsOneRune && _nodes[count - 3].IsOneRune)
        {
            var (richer, simpler) = (_nodes[count - 3], _nodes[count - 1]);
            if (simpler.Kind > richer.Kind)
            {
                (richer, simpler) = (simpler, richer);
                _nodes[count - 3] = richer;
            }

            Merge(richer, simpler);
            Release(simpler);
            Pop();
            return true;
        }

        if (count >= 3)
        {
            Tidy(_nodes[count - 3]);
        }

        (_nodes[count - 2], _nodes[count - 1]) = (_nodes[count - 1], _nodes[count - 2]);
        return true;
    }
}
