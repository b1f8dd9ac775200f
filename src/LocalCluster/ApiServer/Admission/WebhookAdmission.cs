using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Selectors;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Patching;

namespace LocalCluster.ApiServer.Admission;

/// <summary>Asks the webhooks of the stored configurations.</summary>
internal sealed class WebhookAdmission : IAdmission
{
    public const string Group = "admissionregistration.k8s.io";
    public const string Mutating = "mutatingwebhookconfigurations";
    public const string Validating = "validatingwebhookconfigurations";

    private readonly ResourceRegistry registry;
    private readonly ResourceStore namespaces;
    private readonly ResourceStore mutating;
    private readonly ResourceStore validating;
    private readonly WebhookClient client;
    private readonly ILogger logger;

    // Parsed configurations, keyed by the version they were parsed from.
    private readonly ConcurrentDictionary<StoredObject, IReadOnlyList<Webhook>> parsed = new();

    public WebhookAdmission(ResourceRegistry registry, ObjectDatabase database, WebhookClient client, ILogger logger)
    {
        this.registry = registry;
        this.client = client;
        this.logger = logger;
        namespaces = database.Find(new("", "namespaces"))!;
        mutating = database.Find(new(Group, Mutating))!;
        validating = database.Find(new(Group, Validating))!;
        foreach (var store in new[] { mutating, validating })
        {
            store.OnChange((_, change) => Forget(change.Previous));
        }
    }

    public async ValueTask<bool> MutateAsync(AdmissionRequest request)
    {
        var changed = false;
        var again = new List<Match>();
        var asked = new List<Match>();

        // One at a time: who is asked goes by the labels that those before it left.
        foreach (var hook in Hooks(mutating, request))
        {
            if (await ChangeAsync(hook, request))
            {
                changed = true;
                again.AddRange(asked.Except(again));
            }

            if (hook.Webhook.Reinvoked)
            {
                asked.Add(hook);
            }
        }

        // Once more, and no more: those who were asked before somebody else changed the object.
        foreach (var hook in again.Where(hook => IsSelected(hook.Webhook, request)))
        {
            await ChangeAsync(hook, request);
        }

        return changed;
    }

    public async ValueTask ValidateAsync(AdmissionRequest request)
    {
        var asking = Hooks(validating, request).Select(hook => AskAsync(hook, request, isMutating: false)).ToList();
        await ((Task)Task.WhenAll(asking)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // The first refusal in the order of the configurations, whoever was faster.
        foreach (var answer in asking)
        {
            await answer;
        }
    }

    private async Task<bool> ChangeAsync(Match match, AdmissionRequest request)
    {
        var patch = (await AskAsync(match, request, isMutating: true))?.Patch;
        if (patch is null || patch.Count == 0)
        {
            return false;
        }

        if (request.Value is not { } value)
        {
            throw ApiException.Internal("the webhook patches an object that is to be deleted");
        }

        JsonObject next;
        try
        {
            var shown =
                match.Asked == request.Resource || request.OtherKind is not null
                    ? value
                    : AdmissionReview.Convert(value, request.Resource, match.Asked);
            var patched =
                JsonPatch.Apply(shown, patch) as JsonObject
                ?? throw ApiException.Internal("the patched object is no JSON object");
            next =
                match.Asked == request.Resource || request.OtherKind is not null
                    ? patched
                    : AdmissionReview.Convert(patched, match.Asked, request.Resource);
        }
        catch (PatchException e)
        {
            throw ApiException.Internal(e.Message);
        }

        if (JsonAccess.Same(value, next))
        {
            return false;
        }

        value.Clear();
        foreach (var (name, field) in next.ToList())
        {
            next.Remove(name);
            value[name] = field;
        }

        return true;
    }

    private async Task<AdmissionVerdict?> AskAsync(Match match, AdmissionRequest request, bool isMutating)
    {
        var webhook = match.Webhook;
        var uid = Guid.NewGuid().ToString();
        var body = AdmissionReview.Request(request, match.Asked, uid);
        if (!Meets(webhook, body, request))
        {
            return null;
        }

        if (request.Context.DryRun && !webhook.TakesDryRun)
        {
            throw ApiException.BadRequest($"admission webhook \"{webhook.Name}\" does not support dry run");
        }

        AdmissionVerdict verdict;
        try
        {
            var answer = await client.AskAsync(webhook, AdmissionReview.Of(body), request.Context.Aborted);
            verdict = AdmissionReview.Read(answer, uid, isMutating);
        }
        catch (WebhookFailure e)
        {
            var message = $"failed calling webhook \"{webhook.Name}\": {e.Message}";
            if (webhook.IgnoresFailure)
            {
                logger.LogWarning("Failed calling webhook, failing open {Name}: {Message}", webhook.Name, message);
                return null;
            }

            throw ApiException.Internal(message);
        }

        lock (request.Context.Warnings)
        {
            request.Context.Warnings.AddRange(verdict.Warnings);
        }

        return verdict.Allowed ? verdict : throw verdict.Refusal(webhook.Name);
    }

    /// <summary>True when all conditions hold. One that cannot be evaluated decides as the webhook itself failing would.</summary>
    private bool Meets(Webhook webhook, JsonObject body, AdmissionRequest request)
    {
        string? fault = null;
        foreach (var condition in webhook.Conditions)
        {
            var (holds, error) = condition.Evaluate(body);
            if (error is not null)
            {
                fault ??= $"expression '{condition.Name}' resulted in error: {error}";
            }
            else if (!holds)
            {
                return false;
            }
        }

        if (fault is null)
        {
            return true;
        }

        if (webhook.IgnoresFailure)
        {
            logger.LogWarning("Failed evaluating match conditions, failing open {Name}: {Fault}", webhook.Name, fault);
            return false;
        }

        throw ApiException.Forbidden(request.GroupResource, request.Key.Name, fault);
    }

    private IEnumerable<Match> Hooks(ResourceStore configurations, AdmissionRequest request)
    {
        if (request.Context.IsInternal || request.Resource.Group == Group)
        {
            // A webhook that refuses everything must not keep anybody from removing it.
            yield break;
        }

        foreach (var stored in configurations.TakeSnapshot().Select(null, null))
        {
            foreach (var webhook in parsed.GetOrAdd(stored, static stored => Webhook.ReadAll(stored.ToJson())))
            {
                if (Find(webhook, request) is { } asked && IsSelected(webhook, request))
                {
                    yield return new(webhook, asked);
                }
            }
        }
    }

    /// <summary>The version of the resource that a webhook's rules name; null when they name none.</summary>
    private ApiResource? Find(Webhook webhook, AdmissionRequest request)
    {
        if (Matches(request.Resource))
        {
            return request.Resource;
        }

        return webhook.MatchesEquivalent
            ? registry
                .All.Where(other => ReferenceEquals(other.Store, request.Resource.Store))
                .OrderBy(other => other.ApiVersion, StringComparer.Ordinal)
                .FirstOrDefault(Matches)
            : null;

        bool Matches(ApiResource resource) =>
            webhook.Rules.Any(rule =>
                rule.Matches(
                    request.Operation,
                    resource.Group,
                    resource.Version,
                    resource.Plural,
                    request.Subresource,
                    resource.Namespaced
                )
            );
    }

    private bool IsSelected(Webhook webhook, AdmissionRequest request)
    {
        var selected =
            webhook.ObjectSelector is not { Count: > 0 } selector
            || Labelled(selector, request.Value)
            || Labelled(selector, request.Old);
        if (!selected || webhook.NamespaceSelector is not { Count: > 0 } byNamespace)
        {
            return selected;
        }

        if (request.Resource is { Group: "", Plural: "namespaces" })
        {
            return Labelled(byNamespace, request.Value ?? request.Old);
        }

        return !request.Resource.Namespaced
            || Labelled(
                byNamespace,
                namespaces.Find(new("", request.Key.Namespace))?.ToJson()
                    ?? throw ApiException.NotFound(new("", "namespaces"), request.Key.Namespace)
            );
    }

    private static bool Labelled(JsonObject selector, JsonObject? value) =>
        value is not null && LabelSelectors.Matches(selector, value.Obj("metadata").Obj("labels"));

    private void Forget(StoredObject? stored)
    {
        if (stored is not null)
        {
            parsed.TryRemove(stored, out _);
        }
    }

    private sealed record Match(Webhook Webhook, ApiResource Asked);
}
