namespace Binnacle.PromQL.RegularExpressions;

/// <summary>
/// Runs a program over a text with all its ways at once, each step of the program at most once for a character: time
/// grows with text × program, memory with the program alone. Leftmost, and of those the first by the order of
/// alternatives, as Perl and Go choose. Used by one caller at a time.
/// </summary>
internal sealed class PikeMachine
{
    private const int NoRune = -1;

    private readonly RegexProgram _program;
    private readonly Stack<(int Step, int Slot, int Old)> _todo = new();
    private Threads _current;
    private Threads _next;
    private readonly int[] _slots;
    private int _width;

    public PikeMachine(RegexProgram program)
    {
        _program = program;
        _current = new Threads(program.Instructions.Length);
        _next = new Threads(program.Instructions.Length);
        _slots = new int[program.Slots];
    }

    /// <summary>Steps that were taken, over all runs.</summary>
    public long Steps { get; private set; }

    /// <summary>
    /// Finds a match. <paramref name="whole"/>: it must begin and end with the text. <paramref name="match"/>: where
    /// positions go (two a group, -1 for a group that took no part); empty where only the answer is wanted.
    /// </summary>
    public bool Run(ReadOnlySpan<char> text, bool whole, Span<int> match)
    {
        _width = match.Length;
        _current.Clear();
        _next.Clear();
        _current.Reserve(_width);
        _next.Reserve(_width);
        var matched = false;
        var before = NoRune;
        for (var at = 0; ; )
        {
            var (rune, width) = RuneAt(text, at);
            if (!matched && (at == 0 || !whole))
            {
                _slots.AsSpan().Fill(-1);
                if (_width > 0)
                {
                    _slots[0] = at;
                }

                Follow(_current, _program.Start, at, before, rune);
            }

            if (_current.Count == 0 && (matched || whole))
            {
                break;
            }

            if (Advance(at, width, before: rune, RuneAt(text, at + width).Rune, rune, whole && rune >= 0, match))
            {
                matched = true;
                if (_width == 0)
                {
                    return true;
                }
            }

            (_current, _next) = (_next, _current);
            _next.Clear();
            if (rune == NoRune)
            {
                break;
            }

            (before, at) = (rune, at + width);
        }

        return matched;
    }

    /// <summary>Leads every way over the rune; says whether one ended in a match.</summary>
    private bool Advance(int at, int width, int before, int after, int rune, bool noMatchHere, Span<int> match)
    {
        for (var i = 0; i < _current.Count; i++)
        {
            Steps++;
            var step = _program.Instructions[_current[i]];
            var passes = step.Kind switch
            {
                InstructionKind.Rune => rune == step.Other,
                InstructionKind.Any => rune >= 0,
                InstructionKind.AnyButNewline => rune >= 0 && rune != '\n',
                InstructionKind.Class => rune >= 0 && _program.IsInClass(step.Other, rune),
                _ => false,
            };
            if (passes)
            {
                if (_width > 0)
                {
                    _current.Slots(i, _width).CopyTo(_slots);
                }

                Follow(_next, step.Out, at + width, before, after);
            }
            else if (step.Kind is InstructionKind.Match && !noMatchHere)
            {
                if (_width > 0)
                {
                    _current.Slots(i, _width).CopyTo(match);
                    match[1] = at;
                }

                // The ways behind this one are worse.
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds all steps that take a rune, or match, and can be reached from here without taking one.</summary>
    private void Follow(Threads threads, int start, int at, int before, int after)
    {
        _todo.Push((start, -1, 0));
        while (_todo.TryPop(out var todo))
        {
            if (todo.Slot >= 0)
            {
                _slots[todo.Slot] = todo.Old;
                continue;
            }

            var index = todo.Step;
            while (threads.Add(index))
            {
                Steps++;
                var step = _program.Instructions[index];
                switch (step.Kind)
                {
                    case InstructionKind.Split:
                        _todo.Push((step.Other, -1, 0));
                        index = step.Out;
                        continue;
                    case InstructionKind.Capture when step.Other < _width:
                        _todo.Push((0, step.Other, _slots[step.Other]));
                        _slots[step.Other] = at;
                        index = step.Out;
                        continue;
                    case InstructionKind.Capture:
                        index = step.Out;
                        continue;
                    case InstructionKind.Assert when Holds((NodeKind)step.Other, before, after):
                        index = step.Out;
                        continue;
                    case InstructionKind.Assert:
                        break;
                    default:
                        threads.Keep(index, _slots.AsSpan(0, _width));
                        break;
                }

                break;
            }
        }
    }

    private static bool Holds(NodeKind assertion, int before, int after) =>
        assertion switch
        {
            NodeKind.BeginText => before == NoRune,
            NodeKind.EndText => after == NoRune,
            NodeKind.BeginLine => before is NoRune or '\n',
            NodeKind.EndLine => after is NoRune or '\n',
            NodeKind.WordBoundary => IsWord(before) != IsWord(after),
            _ => IsWord(before) == IsWord(after),
        };

    private static bool IsWord(int rune) => rune is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9' or '_';

    private static (int Rune, int Width) RuneAt(ReadOnlySpan<char> text, int at)
    {
        if (at >= text.Length)
        {
            return (NoRune, 0);
        }

        var c = text[at];
        if (!char.IsSurrogate(c))
        {
            return (c, 1);
        }

        return char.IsHighSurrogate(c) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1])
            ? (char.ConvertToUtf32(c, text[at + 1]), 2)
            // Half a pair reads as Go reads a byte that is no UTF-8.
            : (0xfffd, 1);
    }

    /// <summary>A set of steps in the order they were added, with the positions of each.</summary>
    private sealed class Threads(int steps)
    {
        private readonly int[] _sparse = new int[steps];
        private readonly int[] _seen = new int[steps];
        private readonly int[] _kept = new int[steps];
        private int[] _slots = [];
        private int _added;

        public int Count { get; private set; }

        public int this[int index] => _kept[index];

        public Span<int> Slots(int index, int width) => _slots.AsSpan(index * width, width);

        /// <summary>Room for the positions; grows with the ways that are kept.</summary>
        public void Reserve(int width)
        {
            if (width > 0 && _slots.Length < 8 * width)
            {
                _slots = new int[8 * width];
            }
        }

        /// <summary>False when the step was there already.</summary>
        public bool Add(int step)
        {
            var place = _sparse[step];
            if (place < _added && _seen[place] == step)
            {
                return false;
            }

            _sparse[step] = _added;
            _seen[_added++] = step;
            return true;
        }

        public void Keep(int step, ReadOnlySpan<int> slots)
        {
            if (slots.Length > 0 && (Count + 1) * slots.Length > _slots.Length)
            {
                Array.Resize(ref _slots, 2 * (Count + 1) * slots.Length);
            }

            slots.CopyTo(_slots.AsSpan(Count * slots.Length));
            _kept[Count++] = step;
        }

        public void Clear()
        {
            _added = 0;
            Count = 0;
        }
    }
}
