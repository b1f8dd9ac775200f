using Kubernetes.Models;

namespace Binnacle.Operator.Observing;

/// <summary>Which stacks take a resource, and if none does, why not and what would change that.</summary>
/// <param name="Stacks">The stacks, by key.</param>
/// <param name="Reason">Selected, NoStackInCluster, StackNotFound, NamespaceNotSelected or LabelsNotSelected.</param>
/// <param name="Message">For people: names the stack, its selector and the remedy.</param>
internal sealed record SelectionResult(IReadOnlyList<ObjectKey> Stacks, string Reason, string Message)
{
    /// <summary>At least one stack takes it.</summary>
    public bool IsSelected => Stacks.Count > 0;
}

/// <summary>What selecting needs to know of a stack.</summary>
internal sealed record StackSelectors(ObjectKey Key, LabelSelector? Namespaces, LabelSelector? Resources)
{
    /// <summary>What is wrong with the selectors; null when they mean something. A stack with a problem takes nothing.</summary>
    public string? Problem { get; } =
        (Namespaces?.Validate("spec.namespaceSelector") ?? [])
            .Concat(Resources?.Validate("spec.resourceSelector") ?? [])
            .FirstOrDefault();
}

/// <summary>Decides which stacks take a resource. Pure.</summary>
internal static class Selection
{
    /// <summary>Decides for one resource.</summary>
    /// <param name="resource">The resource's metadata.</param>
    /// <param name="kind">Its kind, for messages.</param>
    /// <param name="stackRef">The stack that it names itself; it overrules the selectors.</param>
    /// <param name="stacks">All stacks, ordered by key.</param>
    /// <param name="namespaceLabels">Labels of the resource's namespace.</param>
    public static SelectionResult Decide(
        ObjectMeta resource,
        string kind,
        ObjectKey? stackRef,
        IReadOnlyList<StackSelectors> stacks,
        IReadOnlyDictionary<string, string>? namespaceLabels
    )
    {
        if (stackRef is { } named)
        {
            return stacks.Any(stack => stack.Key == named)
                ? Selected([named])
                : new SelectionResult(
                    [],
                    "StackNotFound",
                    $"spec.stackRef names MonitoringStack {named}, which does not exist; "
                        + $"create it or {Existing(stacks)}"
                );
        }

        if (stacks.Count == 0)
        {
            return new SelectionResult(
                [],
                "NoStackInCluster",
                "there is no MonitoringStack in the cluster; create one and it will take this resource"
            );
        }

        var byNamespace = stacks
            .Where(stack => stack.Problem is null && Matches(stack.Namespaces, namespaceLabels))
            .ToList();
        if (byNamespace.Count == 0)
        {
            var stack = stacks.FirstOrDefault(stack => stack.Problem is null) ?? stacks[0];
            if (stack.Problem is { } problem)
            {
                return new SelectionResult(
                    [],
                    "NamespaceNotSelected",
                    $"MonitoringStack {stack.Key} selects nothing, for its selector is not valid: {problem}"
                );
            }

            return new SelectionResult(
                [],
                "NamespaceNotSelected",
                $"MonitoringStack {stack.Key} takes resources of namespaces with "
                    + $"{Format(stack.Namespaces)}; namespace {resource.Namespace} has "
                    + $"{Labels(namespaceLabels)}: label the namespace, widen spec.namespaceSelector, or name the stack "
                    + $"in spec.stackRef of this {kind}"
            );
        }

        var selected = byNamespace.Where(stack => Matches(stack.Resources, resource.Labels)).ToList();
        if (selected.Count == 0)
        {
            var stack = byNamespace[0];
            return new SelectionResult(
                [],
                "LabelsNotSelected",
                $"MonitoringStack {stack.Key} takes resources with {Format(stack.Resources)}; this "
                    + $"{kind} has {Labels(resource.Labels)}: label it so, widen spec.resourceSelector, or name the "
                    + "stack in spec.stackRef"
            );
        }

        return Selected([.. selected.Select(stack => stack.Key)]);
    }

    private static SelectionResult Selected(IReadOnlyList<ObjectKey> stacks) =>
        new(stacks, "Selected", $"taken by MonitoringStack {string.Join(", ", stacks)}");

    private static bool Matches(LabelSelector? selector, IReadOnlyDictionary<string, string>? labels) =>
        selector is null || selector.Matches(labels);

    private static string Format(LabelSelector? selector) =>
        selector?.ToSelectorString() is { Length: > 0 } text ? $"labels {text}" : "any labels";

    private static string Existing(IReadOnlyList<StackSelectors> stacks) =>
        stacks.Count == 0
            ? "remove the reference"
            : $"name one that does: {string.Join(", ", stacks.Select(stack => stack.Key))}";

    private static string Labels(IReadOnlyDictionary<string, string>? labels) =>
        labels is not { Count: > 0 }
            ? "no labels"
            : "the labels "
                + string.Join(
                    ", ",
                    labels
                        .OrderBy(label => label.Key, StringComparer.Ordinal)
                        .Select(label => $"{label.Key}={label.Value}")
                );
}
