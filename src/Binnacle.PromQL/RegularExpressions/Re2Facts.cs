using System.Text;

namespace Binnacle.PromQL.RegularExpressions;

/// <summary>A part of an expression.</summary>
/// <param name="Offset">Where it begins (UTF-16 code units from 0).</param>
/// <param name="End">The offset behind its end.</param>
public readonly record struct Re2Span(int Offset, int End);

/// <summary>What can be said of an expression without a text. Facts are certain; what cannot be told is null, false or empty.</summary>
public sealed class Re2Facts
{
    /// <summary>Alternatives beyond this number are not listed.</summary>
    public const int MaxAlternatives = 100;

    private readonly string _text;
    private readonly Node _whole;
    private readonly Node _root;
    private readonly bool _isWhole;
    private readonly IReadOnlyList<int> _dots;
    private IReadOnlyList<string>? _alternatives;
    private volatile bool _isListed;

    internal Re2Facts(string text, Node root, bool isWhole, IReadOnlyList<int> dots)
    {
        (_text, _whole, _isWhole, _dots) = (text, root, isWhole, dots);
        _root = isWhole ? WithoutAnchors(root) : root;
    }

    private enum Reach
    {
        Other,

        /// <summary>Nothing, or any text.</summary>
        Everything,

        /// <summary>Any text but the empty one.</summary>
        NonEmpty,

        /// <summary>Exactly one character, any.</summary>
        One,

        /// <summary>Nothing but the empty text.</summary>
        Nothing,
    }

    /// <summary>Whether it is a plain text (also an escaped one, as <c>a\.b</c>): <c>=</c> would do for <c>=~</c>.</summary>
    public bool IsLiteral => _root.Kind is NodeKind.Empty || (_root.Kind is NodeKind.Literal && !FoldsAny(_root));

    /// <summary>The text of a literal; null for all others.</summary>
    public string? Literal => IsLiteral ? field ??= Text(_root) : null;

    /// <summary>
    /// All texts that match in full, where they are at most <see cref="MaxAlternatives"/>: <c>a|b</c>, <c>(foo|bar)baz</c>,
    /// <c>node-[0-9]</c>. Null where they are more or endless.
    /// </summary>
    public IReadOnlyList<string>? Alternatives
    {
        get
        {
            if (!_isListed)
            {
                _alternatives = FiniteLanguage.Of(_root, MaxAlternatives) is { } texts ? [.. texts.Distinct()] : null;
                _isListed = true;
            }

            return _alternatives;
        }
    }

    /// <summary>Whether it matches every text: <c>.*</c> and all that comes to the same. (Line feeds are not looked at.)</summary>
    public bool MatchesEverything => Span(_root) is Reach.Everything;

    /// <summary>Whether it matches every text but the empty one: <c>.+</c>.</summary>
    public bool MatchesNonEmpty => Span(_root) is Reach.NonEmpty;

    /// <summary>What every match begins with.</summary>
    public string Prefix => field ??= Edge(_root, first: true).Text;

    /// <summary>What every match ends with.</summary>
    public string Suffix => field ??= Edge(_root, first: false).Text;

    /// <summary>Anchors (<c>^</c>, <c>$</c>, <c>\A</c>, <c>\z</c>) where the whole text is matched anyway.</summary>
    public IReadOnlyList<Re2Span> RedundantAnchors =>
        field ??= _isWhole ? [.. Anchors(_whole).Distinct().OrderBy(span => span.Offset)] : [];

    /// <summary>
    /// Dots that match any character but stand between letters or digits, as in <c>example.com</c>: probably <c>\.</c> was
    /// meant. Offsets in the expression.
    /// </summary>
    public IReadOnlyList<int> SuspectDots => field ??= [.. _dots.Where(IsBetweenWords)];

    /// <summary>
    /// Places of <c>\\d</c>, <c>\\.</c> and the like: a backslash and a letter as such, where one backslash less was meant.
    /// </summary>
    public IReadOnlyList<int> DoubledBackslashes => field ??= [.. Doubled()];

    internal static string Text(Node literal)
    {
        if (literal.Runes is null)
        {
            return "";
        }

        var text = new StringBuilder(literal.Runes.Count);
        foreach (var rune in literal.Runes.Items)
        {
            Append(text, rune);
        }

        return text.ToString();
    }

    internal static StringBuilder Append(StringBuilder text, int rune) =>
        text.Append(Rune.IsValid(rune) ? new Rune(rune).ToString() : "\ufffd");

    internal static bool FoldsAny(Node literal)
    {
        if (literal.Folds)
        {
            foreach (var rune in literal.Runes!.Items)
            {
                if (CaseFolding.Next(rune) != rune)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static Reach Span(Node node)
    {
        switch (node.Kind)
        {
            case NodeKind.Empty:
                return Reach.Nothing;
            case NodeKind.Any or NodeKind.AnyButNewline:
                return Reach.One;
            case NodeKind.Class when node.Runes!.Items is [0, RuneSet.MaxRune]:
                return Reach.One;
            case NodeKind.Capture:
                return Span(node.Children[0]);
            case NodeKind.Star:
                return Span(node.Children[0]) is Reach.One or Reach.Everything or Reach.NonEmpty
                    ? Reach.Everything
                    : Reach.Other;
            case NodeKind.Plus:
                return Span(node.Children[0]) is var reach && reach is Reach.One ? Reach.NonEmpty : reach;
            case NodeKind.Optional:
                return Span(node.Children[0]) is Reach.Everything or Reach.NonEmpty ? Reach.Everything : Reach.Other;
            case NodeKind.Repeat when node.Maximum == -1 && node.Minimum <= 1:
                return (Span(node.Children[0]), node.Minimum) switch
                {
                    (Reach.One or Reach.Everything or Reach.NonEmpty, 0) => Reach.Everything,
                    (Reach.One, 1) => Reach.NonEmpty,
                    (var inner, _) => inner,
                };
            case NodeKind.Alternate:
                return Alternate(node.Children);
            case NodeKind.Concat:
                return Concat(node.Children);
            default:
                return Reach.Other;
        }
    }

    private static Reach Alternate(List<Node> children)
    {
        var reaches = children.ConvertAll(Span);
        return reaches.Contains(Reach.Everything) || (reaches.Contains(Reach.NonEmpty) && children.Exists(CanBeNothing))
                ? Reach.Everything
            : reaches.Contains(Reach.NonEmpty) && children.TrueForAll(NeedsCharacter) ? Reach.NonEmpty
            : Reach.Other;
    }

    /// <summary>Everything among parts that can all be nothing; or one character more than that.</summary>
    private static Reach Concat(List<Node> children)
    {
        var (everything, needed, other) = (false, 0, false);
        foreach (var child in children)
        {
            switch (Span(child))
            {
                case Reach.Everything:
                    everything = true;
                    break;
                case Reach.NonEmpty:
                    everything = true;
                    needed++;
                    break;
                case Reach.One:
                    needed++;
                    break;
                default:
                    other |= !CanBeNothing(child);
                    break;
            }
        }

        return !everything || other ? Reach.Other
            : needed == 0 ? Reach.Everything
            : needed == 1 ? Reach.NonEmpty
            : Reach.Other;
    }

    /// <summary>Whether it certainly matches the empty text, wherever that is.</summary>
    private static bool CanBeNothing(Node node) =>
        node.Kind switch
        {
            NodeKind.Empty or NodeKind.Star or NodeKind.Optional => true,
            NodeKind.Repeat => node.Minimum == 0 || CanBeNothing(node.Children[0]),
            NodeKind.Capture or NodeKind.Plus => CanBeNothing(node.Children[0]),
            NodeKind.Concat => node.Children.TrueForAll(CanBeNothing),
            NodeKind.Alternate => node.Children.Exists(CanBeNothing),
            _ => false,
        };

    /// <summary>Whether it certainly does not match the empty text.</summary>
    private static bool NeedsCharacter(Node node) =>
        node.Kind switch
        {
            NodeKind.NoMatch or NodeKind.Literal or NodeKind.Class or NodeKind.Any or NodeKind.AnyButNewline => true,
            NodeKind.Repeat => node.Minimum > 0 && NeedsCharacter(node.Children[0]),
            NodeKind.Capture or NodeKind.Plus => NeedsCharacter(node.Children[0]),
            NodeKind.Concat => node.Children.Exists(NeedsCharacter),
            NodeKind.Alternate => node.Children.TrueForAll(NeedsCharacter),
            _ => false,
        };

    /// <summary>The text at one end, and whether that is all of the node.</summary>
    private static (string Text, bool All) Edge(Node node, bool first)
    {
        switch (node.Kind)
        {
            case NodeKind.Empty or NodeKind.BeginText or NodeKind.EndText:
                return ("", true);
            case NodeKind.Literal when !FoldsAny(node):
                return (Text(node), true);
            case NodeKind.Capture:
                return Edge(node.Children[0], first);
            case NodeKind.Plus:
                return (Edge(node.Children[0], first).Text, false);
            case NodeKind.Repeat when node.Minimum > 0:
                return (Edge(node.Children[0], first).Text, false);
            case NodeKind.Concat:
                var text = "";
                for (var i = 0; i < node.Children.Count; i++)
                {
                    var (part, all) = Edge(node.Children[first ? i : node.Children.Count - 1 - i], first);
                    text = first ? text + part : part + text;
                    if (!all)
                    {
                        return (text, false);
                    }
                }

                return (text, true);
            case NodeKind.Alternate:
                var common = Edge(node.Children[0], first).Text;
                foreach (var child in node.Children)
                {
                    common = Common(common, Edge(child, first).Text, first);
                }

                return (common, false);
            default:
                return ("", false);
        }
    }

    private static string Common(string left, string right, bool first)
    {
        var length = 0;
        while (
            length < left.Length
            && length < right.Length
            && left[first ? length : left.Length - 1 - length] == right[first ? length : right.Length - 1 - length]
        )
        {
            length++;
        }

        return first ? left[..length] : left[(left.Length - length)..];
    }

    /// <summary>The same without anchors at the very ends, where they change nothing.</summary>
    private static Node WithoutAnchors(Node root)
    {
        if (root is not { Kind: NodeKind.Concat })
        {
            return root;
        }

        var first = root.Children.FindIndex(child => child.Kind is not NodeKind.BeginText);
        var last = root.Children.FindLastIndex(child => child.Kind is not NodeKind.EndText);
        if (first < 0 || last < first)
        {
            return root;
        }

        var bare = new Node();
        bare.Reset(NodeKind.Concat);
        bare.Children.AddRange(root.Children.GetRange(first, last - first + 1));
        return bare.Children is [var only] ? only : bare;
    }

    private IEnumerable<Re2Span> Anchors(Node node) =>
        AtEdge(node, NodeKind.BeginText, first: true).Concat(AtEdge(node, NodeKind.EndText, first: false));

    /// <summary>Anchors that nothing stands before (or behind), in every alternative.</summary>
    private IEnumerable<Re2Span> AtEdge(Node node, NodeKind anchor, bool first)
    {
        if (node.Kind == anchor)
        {
            var width = _text[node.Offset] is '\\' ? 2 : 1;
            return [new Re2Span(node.Offset, node.Offset + width)];
        }

        return node.Kind switch
        {
            NodeKind.Capture => AtEdge(node.Children[0], anchor, first),
            NodeKind.Concat => AtEdge(node.Children[first ? 0 : ^1], anchor, first),
            NodeKind.Alternate => node.Children.SelectMany(child => AtEdge(child, anchor, first)),
            _ => [],
        };
    }

    private bool IsBetweenWords(int dot) =>
        dot > 0 && dot + 1 < _text.Length && IsWord(_text[dot - 1]) && IsWord(_text[dot + 1]) && !IsEscaped(dot - 1);

    /// <summary>Whether the character belongs to an escape, as the d of <c>\d</c>.</summary>
    private bool IsEscaped(int at)
    {
        var backslashes = 0;
        while (at - 1 - backslashes >= 0 && _text[at - 1 - backslashes] is '\\')
        {
            backslashes++;
        }

        return backslashes % 2 == 1;
    }

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '_';

    private IEnumerable<int> Doubled()
    {
        for (var i = 0; i + 2 < _text.Length; i++)
        {
            if (_text[i] is not '\\')
            {
                continue;
            }

            // A letter of a word, as in a path, is what it seems.
            var isClass =
                _text[i + 2] is 'd' or 'w' or 's' or 'D' or 'W' or 'S'
                && (i + 3 == _text.Length || !char.IsAsciiLetterOrDigit(_text[i + 3]));
            if (_text[i + 1] is '\\' && (isClass || _text[i + 2] is '.'))
            {
                yield return i;
            }

            i++;
        }
    }
}
