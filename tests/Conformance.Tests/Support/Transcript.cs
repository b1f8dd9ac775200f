using System.Text;

namespace Conformance.Tests.Support;

/// <summary>
/// Requests and the answers that a real server gave to them, as one text. A line <c>== title</c> begins a step, the next
/// line is the request, then come headers (<c>&gt; Name: value</c>), what to show of the answer (<c>? path path</c>)
/// and the body; <c>&lt;&lt;&lt; code</c> begins the answer. Built-in kinds changed a few answers over the years: a
/// second block, <c>&lt;&lt;&lt;old code</c>, is what servers before 1.30 say.
/// </summary>
public sealed class Transcript
{
    private const string StepMark = "== ";
    private const string AnswerMark = "<<< ";
    private const string OldAnswerMark = "<<<old ";

    private readonly string preface;

    private Transcript(string preface, IReadOnlyList<Step> steps)
    {
        this.preface = preface;
        Steps = steps;
    }

    public IReadOnlyList<Step> Steps { get; }

    /// <summary>True for a text that wants the kind of <see cref="WidgetKind"/> defined first.</summary>
    public bool NeedsWidgets => preface.Contains("\nDEFINE widgets", StringComparison.Ordinal);

    public static Transcript Parse(string text)
    {
        var lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        var starts = Enumerable
            .Range(0, lines.Length)
            .Where(i => lines[i].StartsWith(StepMark, StringComparison.Ordinal))
            .ToList();
        var preface = "\n" + string.Join('\n', lines.Take(starts.Count > 0 ? starts[0] : lines.Length)).TrimEnd();
        var steps = starts.Select(
            (start, i) => ParseStep(lines[start..(i + 1 < starts.Count ? starts[i + 1] : lines.Length)])
        );
        return new(preface, [.. steps]);
    }

    public override string ToString()
    {
        var text = new StringBuilder(preface.TrimStart('\n')).Append('\n');
        foreach (var step in Steps)
        {
            text.Append('\n').Append(step.Request).Append('\n');
            if (step.Answer is not null)
            {
                text.Append(AnswerMark).Append(step.Answer).Append('\n');
            }

            if (step.OldAnswer is not null)
            {
                text.Append(OldAnswerMark).Append(step.OldAnswer).Append('\n');
            }
        }

        return text.ToString();
    }

    private static Step ParseStep(string[] lines)
    {
        var old = Array.FindIndex(lines, line => line.StartsWith(OldAnswerMark, StringComparison.Ordinal));
        var oldAnswer = old < 0 ? null : Join(lines[old..])[OldAnswerMark.Length..];
        var rest = old < 0 ? lines : lines[..old];
        var at = Array.FindIndex(rest, line => line.StartsWith(AnswerMark, StringComparison.Ordinal));
        var answer = at < 0 ? null : Join(rest[at..])[AnswerMark.Length..];
        var request = at < 0 ? rest : rest[..at];
        var details = request.Skip(2).ToList();
        return new()
        {
            Request = Join(request),
            Title = request[0][StepMark.Length..],
            Line = request[1],
            Headers =
            [
                .. details.Where(line => line.StartsWith("> ", StringComparison.Ordinal)).Select(line => line[2..]),
            ],
            Show =
            [
                .. details
                    .Where(line => line.StartsWith("? ", StringComparison.Ordinal))
                    .SelectMany(line => line[2..].Split(' ', StringSplitOptions.RemoveEmptyEntries)),
            ],
            Body = Join([
                .. details.Where(line =>
                    !line.StartsWith("> ", StringComparison.Ordinal) && !line.StartsWith("? ", StringComparison.Ordinal)
                ),
            ]),
            Answer = answer,
            OldAnswer = oldAnswer,
        };
    }

    private static string Join(string[] lines) => string.Join('\n', lines).TrimEnd('\n');

    /// <summary>One request and its answers.</summary>
    public sealed record Step
    {
        /// <summary>Everything before the answer, as it is written.</summary>
        public required string Request { get; init; }

        public required string Title { get; init; }

        public required string Line { get; init; }

        public required IReadOnlyList<string> Headers { get; init; }

        public required IReadOnlyList<string> Show { get; init; }

        public required string Body { get; init; }

        public string? Answer { get; set; }

        /// <summary>What servers before 1.30 say; null when it is the same.</summary>
        public string? OldAnswer { get; set; }
    }
}
