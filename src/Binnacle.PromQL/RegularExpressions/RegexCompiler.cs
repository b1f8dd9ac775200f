namespace Binnacle.PromQL.RegularExpressions;

/// <summary>Turns the tree into steps, from the end to the beginning; counted repetitions are written out.</summary>
internal sealed class RegexCompiler
{
    private readonly List<Instruction> _steps = [];
    private readonly List<int[]> _classes = [];
    private readonly Dictionary<RuneSet, int> _classOf = [];
    private readonly Dictionary<int, int> _classOfRing = [];

    public static RegexProgram Compile(Node root, int groups)
    {
        var compiler = new RegexCompiler();
        var start = compiler.Emit(root, compiler.Add(InstructionKind.Match, 0, 0));
        return new RegexProgram([.. compiler._steps], [.. compiler._classes], start, 2 * (groups + 1));
    }

    /// <summary>Writes a node before <paramref name="next"/>; returns where it begins.</summary>
    private int Emit(Node node, int next)
    {
        switch (node.Kind)
        {
            case NodeKind.NoMatch:
                return Add(InstructionKind.Fail, 0, 0);
            case NodeKind.Empty:
                return next;
            case NodeKind.Literal:
                return EmitText(node, next);
            case NodeKind.Class:
                return Add(InstructionKind.Class, next, ClassOf(node.Runes!));
            case NodeKind.AnyButNewline:
                return Add(InstructionKind.AnyButNewline, next, 0);
            case NodeKind.Any:
                return Add(InstructionKind.Any, next, 0);
            case NodeKind.Capture:
                var end = Add(InstructionKind.Capture, next, (2 * node.Group) + 1);
                return Add(InstructionKind.Capture, Emit(node.Children[0], end), 2 * node.Group);
            case NodeKind.Star:
                return EmitStar(node.Children[0], next, node.NonGreedy);
            case NodeKind.Plus:
                return EmitPlus(node.Children[0], next, node.NonGreedy);
            case NodeKind.Optional:
                return Split(Emit(node.Children[0], next), next, node.NonGreedy);
            case NodeKind.Repeat:
                return EmitRepeat(node, next);
            case NodeKind.Concat:
                for (var i = node.Children.Count - 1; i >= 0; i--)
                {
                    next = Emit(node.Children[i], next);
                }

                return next;
            case NodeKind.Alternate:
                var start = Emit(node.Children[^1], next);
                for (var i = node.Children.Count - 2; i >= 0; i--)
                {
                    start = Split(Emit(node.Children[i], next), start, nonGreedy: false);
                }

                return start;
            default:
                return Add(InstructionKind.Assert, next, (int)node.Kind);
        }
    }

    private int EmitText(Node node, int next)
    {
        for (var i = node.Runes!.Count - 1; i >= 0; i--)
        {
            var rune = node.Runes[i];
            next =
                node.Folds && CaseFolding.Next(rune) != rune
                    ? Add(InstructionKind.Class, next, ClassOfRing(rune))
                    : Add(InstructionKind.Rune, next, rune);
        }

        return next;
    }

    private int EmitStar(Node node, int next, bool nonGreedy)
    {
        // What can match nothing would leave the loop too early: (?:|a)* takes the empty part first, but may take an a.
        if (CanBeEmpty(node))
        {
            return Split(EmitPlus(node, next, nonGreedy), next, nonGreedy);
        }

        var loop = Split(next, next, nonGreedy);
        Point(loop, Emit(node, loop), nonGreedy);
        return loop;
    }

    private int EmitPlus(Node node, int next, bool nonGreedy)
    {
        var loop = Split(next, next, nonGreedy);
        var start = Emit(node, loop);
        Point(loop, start, nonGreedy);
        return start;
    }

    private int EmitRepeat(Node node, int next)
    {
        var child = node.Children[0];
        if (child.Kind is NodeKind.Empty || node.Maximum == 0)
        {
            return next;
        }

        if (node.Maximum < 0)
        {
            next = node.Minimum == 0 ? EmitStar(child, next, node.NonGreedy) : EmitPlus(child, next, node.NonGreedy);
        }
        else
        {
            // x{2,5} is xx(x(x(x)?)?)?: all ways out lead to the same place.
            var end = next;
            for (var i = node.Minimum; i < node.Maximum; i++)
            {
                next = Split(Emit(child, next), end, node.NonGreedy);
            }
        }

        for (var i = node.Maximum < 0 ? 1 : 0; i < node.Minimum; i++)
        {
            next = Emit(child, next);
        }

        return next;
    }

    private static bool CanBeEmpty(Node node) =>
        node.Kind switch
        {
            NodeKind.NoMatch or NodeKind.Literal or NodeKind.Class or NodeKind.Any or NodeKind.AnyButNewline => false,
            NodeKind.Capture or NodeKind.Plus => CanBeEmpty(node.Children[0]),
            NodeKind.Repeat => node.Minimum == 0 || CanBeEmpty(node.Children[0]),
            NodeKind.Concat => node.Children.TrueForAll(CanBeEmpty),
            NodeKind.Alternate => node.Children.Exists(CanBeEmpty),
            _ => true,
        };

    private int ClassOf(RuneSet set)
    {
        if (!_classOf.TryGetValue(set, out var index))
        {
            // The tree stays as it is: others may be reading it.
            var ranges = new RuneSet(set.Count);
            ranges.Add(set.Items);
            ranges.Clean();
            _classOf.Add(set, index = _classes.Count);
            _classes.Add(ranges.ToArray());
        }

        return index;
    }

    private int ClassOfRing(int rune)
    {
        if (!_classOfRing.TryGetValue(rune, out var index))
        {
            var ring = new RuneSet();
            ring.AddFolded(rune, rune);
            ring.Clean();
            _classOfRing.Add(rune, index = _classes.Count);
            _classes.Add(ring.ToArray());
        }

        return index;
    }

    private int Add(InstructionKind kind, int next, int other)
    {
        _steps.Add(new Instruction(kind, next, other));
        return _steps.Count - 1;
    }

    private int Split(int first, int second, bool nonGreedy) =>
        nonGreedy ? Add(InstructionKind.Split, second, first) : Add(InstructionKind.Split, first, second);

    /// <summary>Leads a loop's way back to where its body begins.</summary>
    private void Point(int loop, int body, bool nonGreedy) =>
        _steps[loop] = nonGreedy ? _steps[loop] with { Other = body } : _steps[loop] with { Out = body };
}
