using System.Runtime.InteropServices;

namespace Binnacle.PromQL.RegularExpressions;

/// <summary>
/// What a node of the tree is. Sets of characters stand in order from simple to rich, as the richer takes up the simpler
/// where alternatives merge.
/// </summary>
internal enum NodeKind : byte
{
    NoMatch,
    Empty,
    Literal,
    Class,
    AnyButNewline,
    Any,
    BeginLine,
    EndLine,
    BeginText,
    EndText,
    WordBoundary,
    NoWordBoundary,
    Capture,
    Star,
    Plus,
    Optional,
    Repeat,
    Concat,
    Alternate,

    /// <summary>An open group: on the parser's stack only, as the bar.</summary>
    OpenGroup,

    /// <summary>A bar between alternatives.</summary>
    Bar,
}

[Flags]
internal enum NodeFlags : byte
{
    None = 0,

    /// <summary>(?i)</summary>
    FoldCase = 1,

    /// <summary>(?s)</summary>
    DotNewline = 2,

    /// <summary>(?m)</summary>
    MultiLine = 4,

    /// <summary>(?U), or a repetition that takes as little as it can.</summary>
    NonGreedy = 8,
}

/// <summary>A node of the tree of a regular expression.</summary>
internal sealed class Node
{
    private List<Node>? _children;

    public NodeKind Kind { get; set; }

    public NodeFlags Flags { get; set; }

    /// <summary>Text of a literal, ranges of a class.</summary>
    public RuneSet? Runes { get; set; }

    /// <summary>Parts of a concatenation, an alternation, or the one part that is repeated or captured.</summary>
    public List<Node> Children => _children ??= [];

    public int Minimum { get; set; }

    /// <summary>-1 for no limit.</summary>
    public int Maximum { get; set; }

    /// <summary>The number of the capturing group; 0 for a group that captures nothing.</summary>
    public int Group { get; set; }

    public string? Name { get; set; }

    /// <summary>Where the node's token begins in the text that was parsed.</summary>
    public int Offset { get; set; }

    /// <summary>Levels of the tree from here down.</summary>
    public int Height { get; set; }

    /// <summary>Instructions that this compiles to, at the worst, as Go counts them.</summary>
    public long Size { get; set; }

    public bool Folds => (Flags & NodeFlags.FoldCase) != NodeFlags.None;

    public bool NonGreedy => (Flags & NodeFlags.NonGreedy) != NodeFlags.None;

    public bool IsPseudo => Kind >= NodeKind.OpenGroup;

    /// <summary>Whether this matches exactly one rune.</summary>
    public bool IsOneRune =>
        Kind is NodeKind.Class or NodeKind.AnyButNewline or NodeKind.Any
        || (Kind is NodeKind.Literal && Runes!.Count == 1);

    public void Reset(NodeKind kind)
    {
        Kind = kind;
        Flags = NodeFlags.None;
        _children?.Clear();
        (Minimum, Maximum, Group, Name, Offset, Height, Size) = (0, 0, 0, null, 0, 1, 1);
        if (kind is NodeKind.Literal && Runes is not null)
        {
            Runes.Clear();
        }
        else
        {
            Runes = kind is NodeKind.Literal ? new RuneSet() : null;
        }
    }

    /// <summary>Works out height and size out of those of the children.</summary>
    public void Measure()
    {
        var height = 0;
        var size = 0L;
        foreach (var child in CollectionsMarshal.AsSpan(_children))
        {
            height = Math.Max(height, child.Height);
            size += child.Size;
        }

        Height = height + 1;
        Size = Math.Max(
            1,
            Kind switch
            {
                NodeKind.Literal => Runes!.Count,
                NodeKind.Capture or NodeKind.Star => 2 + size,
                NodeKind.Plus or NodeKind.Optional => 1 + size,
                NodeKind.Concat => size,
                NodeKind.Alternate => size + Math.Max(0, Children.Count - 1),
                NodeKind.Repeat when Maximum == -1 => Minimum == 0 ? 2 + size : 1 + (Minimum * size),
                NodeKind.Repeat => (Maximum * size) + (Maximum - Minimum),
                _ => 1,
            }
        );
    }

    /// <summary>Whether two nodes match the same in the same way.</summary>
    public bool SameAs(Node other)
    {
        var children = CollectionsMarshal.AsSpan(_children);
        var others = CollectionsMarshal.AsSpan(other._children);
        if (Kind != other.Kind || children.Length != others.Length)
        {
            return false;
        }

        var same = Kind switch
        {
            NodeKind.Literal => Folds == other.Folds && Runes!.Items.SequenceEqual(other.Runes!.Items),
            NodeKind.Class => Runes!.Items.SequenceEqual(other.Runes!.Items),
            NodeKind.Star or NodeKind.Plus or NodeKind.Optional => NonGreedy == other.NonGreedy,
            NodeKind.Repeat => NonGreedy == other.NonGreedy && Minimum == other.Minimum && Maximum == other.Maximum,
            NodeKind.Capture => Group == other.Group && Name == other.Name,
            _ => true,
        };
        for (var i = 0; same && i < children.Length; i++)
        {
            same = children[i].SameAs(others[i]);
        }

        return same;
    }
}
