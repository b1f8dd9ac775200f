using Kubernetes.Models;
using Kubernetes.Runtime.Status;

namespace Binnacle.Operator.Reporting;

/// <summary>Conditions out of judgements.</summary>
internal static class ConditionList
{
    /// <summary>The list for the given judgements, and nothing else of what was there before.</summary>
    public static IReadOnlyList<Condition> Of(
        IEnumerable<(string Type, Judgement Judgement)> judgements,
        IReadOnlyList<Condition>? before,
        long generation,
        DateTimeOffset now
    ) =>
        [
            .. judgements.Select(item =>
            {
                var next = new Condition
                {
                    Type = item.Type,
                    Status = item.Judgement.Status,
                    Reason = item.Judgement.Reason,
                    Message = Text(item.Judgement.Message),
                    ObservedGeneration = generation,
                };
                return Conditions.Find(Conditions.Set(before, next, now), item.Type)!;
            }),
        ];

    /// <summary>
    /// A message as it stands in a condition: without what changes from one moment to the next, and no longer than a
    /// screen (the API allows 32,768 characters).
    /// </summary>
    public static string Text(string message)
    {
        var words = Steady.Words(message);
        return words.Length <= 2048 ? words : words[..2047] + "…";
    }
}
