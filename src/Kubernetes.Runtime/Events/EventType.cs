namespace Kubernetes.Runtime.Events;

/// <summary>How an Event is meant.</summary>
public enum EventType
{
    /// <summary>All is well.</summary>
    Normal,

    /// <summary>Somebody may have to do something.</summary>
    Warning,
}
