namespace Binnacle.PromQL.Templates.Checking;

/// <summary>
/// Faults of one text: each place once, and no more than a reader has use for, so that a text full of them costs no more
/// than its length.
/// </summary>
internal sealed class FaultList(string text)
{
    private const int Most = 20;
    private readonly List<TemplateFault> _faults = [];

    /// <summary>The faults, in the order of their places.</summary>
    public IReadOnlyList<TemplateFault> InOrder =>
        _faults.Count < 2 ? _faults : [.. _faults.OrderBy(fault => fault.Offset)];

    public bool IsFull => _faults.Count >= Most;

    public void Add(TemplateFaultKind kind, int start, int end, string message, string expected = "", string fix = "")
    {
        if (IsFull || _faults.Any(fault => fault.Offset == start && fault.Message == message))
        {
            return;
        }

        var place = SyntaxError.At(text, start, "");
        _faults.Add(new TemplateFault(kind, start, end, place.Line, place.Column, message, expected, fix));
    }
}
