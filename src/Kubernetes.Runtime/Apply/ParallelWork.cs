namespace Kubernetes.Runtime.Apply;

/// <summary>Does something to many objects, a few at a time; what fails is noted, and the others go on.</summary>
internal static class ParallelWork
{
    public static Task ForEachAsync<TItem>(
        IReadOnlyCollection<TItem> items,
        int concurrency,
        Func<TItem, ObjectRef> referenceOf,
        Func<TItem, CancellationToken, ValueTask> action,
        ApplyOutcome outcome,
        CancellationToken cancellationToken
    )
    {
        if (items.Count == 0)
        {
            return Task.CompletedTask;
        }

        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = concurrency,
            CancellationToken = cancellationToken,
        };
        return Parallel.ForEachAsync(
            items,
            options,
            async (item, ct) =>
            {
                try
                {
                    await action(item, ct);
                }
                catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
                {
                    outcome.Fail(referenceOf(item), e);
                }
            }
        );
    }
}
