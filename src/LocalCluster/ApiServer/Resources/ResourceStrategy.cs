using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;

namespace LocalCluster.ApiServer.Resources;

/// <summary>What is particular to a kind when its objects are written. The base does nothing particular.</summary>
internal class ResourceStrategy
{
    public static ResourceStrategy Plain { get; } = new();

    /// <summary>Which names are good; a message that says what would be, or null.</summary>
    public virtual Func<string, string?> NameRule => NameRules.Subdomain;

    /// <summary>metadata.generation counts the changes of everything but metadata and status.</summary>
    public virtual bool HasGeneration => false;

    /// <summary>A PUT without resourceVersion replaces whatever is there.</summary>
    public virtual bool AllowsUnconditionalUpdate => true;

    /// <summary>Fills in what the author left out.</summary>
    public virtual void ApplyDefaults(JsonObject value) { }

    /// <summary>Sets what the server decides for a new object; the status was already dropped.</summary>
    public virtual void PrepareForCreate(JsonObject value) { }

    /// <summary>Carries over what a writer cannot change.</summary>
    public virtual void PrepareForUpdate(JsonObject value, JsonObject old) { }

    /// <summary>Finds faults; <paramref name="old"/> is null for a new object.</summary>
    public virtual void Validate(JsonObject value, JsonObject? old, List<FieldIssue> issues) { }

    /// <summary>True while something other than finalizers keeps an object that is to be deleted.</summary>
    public virtual bool HoldsDeletion(JsonObject value) => false;

    /// <summary>Seconds that something needs to wind the object down before it may go; null: none, ever.</summary>
    public virtual long? DefaultGracePeriod(JsonObject value) => null;

    /// <summary>Told when the deletionTimestamp is set.</summary>
    public virtual void OnDeletionBegins(JsonObject value) { }

    /// <summary>Why the object must not be deleted, or null.</summary>
    public virtual string? RefusesDeletion(string name) => null;
}
