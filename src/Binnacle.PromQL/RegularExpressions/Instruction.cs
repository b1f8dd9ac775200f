namespace Binnacle.PromQL.RegularExpressions;

internal enum InstructionKind : byte
{
    /// <summary>Goes on at Out, then at Other.</summary>
    Split,

    /// <summary>Takes the rune Other.</summary>
    Rune,

    /// <summary>Takes a rune of the class number Other.</summary>
    Class,

    /// <summary>Takes any rune.</summary>
    Any,

    /// <summary>Takes any rune but a line feed.</summary>
    AnyButNewline,

    /// <summary>Passes where the assertion Other (a <see cref="NodeKind"/>) holds.</summary>
    Assert,

    /// <summary>Notes the position in slot Other.</summary>
    Capture,

    /// <summary>The end of a match.</summary>
    Match,

    /// <summary>Never passes.</summary>
    Fail,
}

/// <summary>One step of the machine.</summary>
internal readonly record struct Instruction(InstructionKind Kind, int Out, int Other);

/// <summary>A compiled expression.</summary>
/// <param name="Instructions">The steps.</param>
/// <param name="Classes">Ranges of the classes, in order, as pairs.</param>
/// <param name="Start">The first step.</param>
/// <param name="Slots">Positions that a match notes: two for each group, that of the whole first.</param>
internal sealed record RegexProgram(Instruction[] Instructions, int[][] Classes, int Start, int Slots)
{
    /// <summary>Whether the class holds the rune.</summary>
    public bool IsInClass(int index, int rune)
    {
        var ranges = Classes[index];
        var (low, high) = (0, ranges.Length / 2);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (rune < ranges[2 * middle])
            {
                high = middle;
            }
            else if (rune > ranges[(2 * middle) + 1])
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }

        return false;
    }
}
